package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.output.JsonText;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** Formats changes as one line each, the time first. Stateless. */
final class WatchLines {
    /** Characters of a value. */
    private static final int VALUE_MAX = 500;

    private WatchLines() {}

    /** A history item: an attempt of a step that started or ended, a timer, a signal, or a decision. */
    static String item(JsonNode item) {
        boolean ended = item.path("endedAt").isString();
        String error = item.path("error").isObject() ? ", " + JsonText.error(item.path("error")) : "";
        String took = ended && JsonText.lasts(item) ? " after " + JsonText.took(item) : "";
        return JsonText.time(item.path(ended ? "endedAt" : "startedAt")) + "  " + what(item) + ": "
                + JsonText.value(item.path("state")) + took + error;
    }

    private static String what(JsonNode item) {
        String name = JsonText.value(item.path("name"));
        String branch = item.path("branch").asString("");
        return switch (item.path("kind").asString("")) {
            case "step" ->
                "step " + name + " (" + (branch.isEmpty() ? "" : "branch " + branch + ", ") + "position "
                        + JsonText.value(item.path("position")) + "), attempt " + JsonText.value(item.path("attempt"));
            case "signal" -> "signal " + name + inBranch(branch);
            case "child" -> (name.startsWith("child:") ? name : "child " + name + id(item)) + inBranch(branch);
            case "marker" -> "marker " + name + inBranch(branch);
            default -> name + inBranch(branch);
        };
    }

    private static String inBranch(String branch) {
        return branch.isEmpty() ? "" : " (branch " + branch + ")";
    }

    private static String id(JsonNode call) {
        return " " + JsonText.value(call.path("idempotencyKey"));
    }

    /** The present status of a workflow. */
    static String status(JsonNode workflow, UnaryOperator<String> command) {
        String status = JsonText.value(workflow.path("status"));
        String more = switch (status) {
            case "WAITING" -> WaitingText.words(workflow.path("waitingFor"));
            case "DEAD_LETTERED" -> ", see `" + command.apply("show " + JsonText.value(workflow.path("id"))) + "`";
            default -> "";
        };
        return JsonText.time(workflow.path("updatedAt")) + "  " + status + more;
    }

    /** A published value, shortened. */
    static String published(JsonNode published) {
        String json = published.path("value").toString();
        String shown = json.length() > VALUE_MAX ? json.substring(0, VALUE_MAX) + "…" : json;
        return JsonText.time(published.path("at")) + "  published " + JsonText.value(published.path("name")) + ": "
                + shown;
    }

    /** A workflow in a list. */
    static String workflow(JsonNode workflow) {
        String error = workflow.path("lastError").isObject() ? "  " + JsonText.error(workflow.path("lastError")) : "";
        return JsonText.time(workflow.path("updatedAt")) + "  " + JsonText.value(workflow.path("id")) + "  "
                + JsonText.value(workflow.path("type")) + "  " + JsonText.value(workflow.path("status")) + "  attempt "
                + JsonText.value(workflow.path("attempt")) + error;
    }
}

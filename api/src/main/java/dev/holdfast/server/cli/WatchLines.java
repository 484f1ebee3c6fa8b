package dev.holdfast.server.cli;

import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** What happened, as one line each, for people. The time stands first. */
final class WatchLines {
    private WatchLines() {}

    /** An attempt of a step that began or ended, or a decision. */
    static String item(JsonNode item) {
        boolean ended = item.path("endedAt").isString();
        String error = item.path("error").isObject() ? ", " + Shown.error(item.path("error")) : "";
        String what = item.path("kind").asString("").equals("step")
                ? "step " + Shown.value(item.path("name")) + " (position " + Shown.value(item.path("position"))
                        + "), attempt " + Shown.value(item.path("attempt")) + ": "
                : Shown.value(item.path("name")) + ": ";
        String millis = ended && item.path("position").isNumber() ? " after " + Shown.millis(item) + " ms" : "";
        return Shown.time(item.path(ended ? "endedAt" : "startedAt")) + "  " + what + Shown.value(item.path("state"))
                + millis + error;
    }

    /** The state that a workflow is in now. */
    static String status(JsonNode workflow, UnaryOperator<String> command) {
        String status = Shown.value(workflow.path("status"));
        String more = switch (status) {
            case "WAITING" -> " until " + Shown.time(workflow.path("waitingFor").path("until"));
            case "DEAD_LETTERED" -> ", see `" + command.apply("show " + Shown.value(workflow.path("id"))) + "`";
            default -> "";
        };
        return Shown.time(workflow.path("updatedAt")) + "  " + status + more;
    }

    /** One of many. */
    static String workflow(JsonNode workflow) {
        String error = workflow.path("lastError").isObject() ? "  " + Shown.error(workflow.path("lastError")) : "";
        return Shown.time(workflow.path("updatedAt")) + "  " + Shown.value(workflow.path("id")) + "  "
                + Shown.value(workflow.path("type")) + "  " + Shown.value(workflow.path("status")) + "  attempt "
                + Shown.value(workflow.path("attempt")) + error;
    }
}

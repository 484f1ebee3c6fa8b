package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.WorkflowEvidence;
import dev.holdfast.server.cli.output.JsonText;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * Why a workflow is not done, and what to do, in plain words. From what the API tells, and nothing else: it knows
 * neither the retry policy nor what stands before a workflow that is queued.
 *
 * @param command makes a whole command line of the words after {@code ./holdfast}
 */
record Diagnosis(WorkflowEvidence evidence, UnaryOperator<String> command) {
    List<String> lines() {
        JsonNode workflow = evidence.workflow();
        String status = JsonText.value(workflow.path("status"));
        return switch (status) {
            case "COMPLETED" -> List.of();
            case "FAILED" -> failed();
            case "CANCELLED" ->
                List.of("It was stopped. `" + command.apply("history " + id()) + "` says how far it came.");
            case "DEAD_LETTERED" -> new ParkedDiagnosis(evidence.deadLetter(), id(), command).lines();
            default -> evidence.obstacle(command).orElseGet(() -> open(status));
        };
    }

    private String id() {
        return JsonText.value(evidence.workflow().path("id"));
    }

    private List<String> failed() {
        return List.of(
                "It has ended, and nothing runs again: "
                        + JsonText.wholeError(evidence.workflow().path("lastError")),
                "To have it done after all, submit it again under another key or id.");
    }

    /** It has an owner that lives and knows its code. */
    private List<String> open(String status) {
        if (evidence.workflow().path("waitingFor").isObject()) {
            return backOff(status);
        }
        return switch (status) {
            case "QUEUED" ->
                List.of(
                        "It is accepted, and " + owner() + " has not taken it up yet: that node runs "
                                + evidence.loaded() + " workflows, and takes this one when it has room.",
                        "Nothing to do. If it stays so, start more nodes on the same database.");
            case "COMPENSATING" -> List.of("It undoes what it did, because it was cancelled or failed.", now());
            case "RUNNING" -> List.of(now());
            default -> List.of("It is " + status + ".");
        };
    }

    private List<String> backOff(String status) {
        JsonNode waiting = evidence.workflow().path("waitingFor");
        int attempt = evidence.workflow().path("attempt").asInt(0);
        String what = status.equals("COMPENSATING") ? "It undoes what it did, and waits" : "It waits";
        return List.of(
                what + " for attempt " + (attempt + 1) + " of step " + JsonText.value(waiting.path("name")) + " at "
                        + JsonText.time(waiting.path("until")) + ", because attempt " + attempt + " failed: "
                        + JsonText.wholeError(evidence.workflow().path("lastError")),
                "It goes on by itself. If every attempt will fail, mend the cause, or stop it with `"
                        + command.apply("cancel " + id()) + "`.");
    }

    private String owner() {
        return "node " + JsonText.value(evidence.workflow().path("owner"));
    }

    /** What runs at the moment. */
    private String now() {
        JsonNode last = evidence.lastItem();
        String step = "step " + JsonText.value(last.path("name")) + " (position "
                + JsonText.value(last.path("position")) + ")";
        if (!last.path("kind").asString("").equals("step")) {
            return "Its code runs on " + owner() + ", and has not come to its next step.";
        }
        if (last.path("state").asString("").equals("started")) {
            return "The body of " + step + " runs on " + owner() + ": attempt " + JsonText.value(last.path("attempt"))
                    + ", since " + JsonText.time(last.path("startedAt"))
                    + ". If that is too long, look at what this step calls.";
        }
        return "Its code runs on " + owner() + ", after " + step + ": " + JsonText.value(last.path("state")) + " at "
                + JsonText.time(last.path("endedAt")) + ".";
    }
}

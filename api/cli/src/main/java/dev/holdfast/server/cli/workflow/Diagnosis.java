package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.WorkflowEvidence;
import dev.holdfast.server.cli.output.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * Explains why a workflow is not done, and what to do. Uses the API only, so it knows neither the retry policy nor the
 * queue before a workflow. Immutable.
 *
 * @param command completes the words after {@code ./holdfast} to a command line
 */
record Diagnosis(WorkflowEvidence evidence, UnaryOperator<String> command) {
    List<String> lines() {
        JsonNode workflow = evidence.workflow();
        String status = JsonText.value(workflow.path("status"));
        return switch (status) {
            case "COMPLETED" -> List.of();
            case "FAILED" -> failed();
            case "CANCELLED" ->
                List.of(
                        by("The workflow was cancelled", evidence.cancel()),
                        "`" + command.apply("history " + id()) + "` shows how far it came.");
            case "PAUSED" ->
                List.of(
                        by("The workflow was paused", evidence.pause()),
                        "It stands still until `" + command.apply("resume " + id()) + "`, or `"
                                + command.apply("cancel " + id()) + "`.");
            case "DEAD_LETTERED" -> new ParkedDiagnosis(evidence.deadLetter(), id(), command).lines();
            default -> evidence.obstacle(command).orElseGet(() -> open(status));
        };
    }

    private String id() {
        return JsonText.value(evidence.workflow().path("id"));
    }

    private List<String> failed() {
        Optional<JsonNode> parking = evidence.discardedParking();
        if (parking.isPresent()) {
            return List.of(
                    by("Its dead letter was discarded", evidence.discard(parking.orElseThrow())),
                    "It was parked because of this error: "
                            + JsonText.wholeError(evidence.workflow().path("lastError")),
                    "To run it again, submit it under another key or id.");
        }
        return List.of(
                "The workflow has failed for good: "
                        + JsonText.wholeError(evidence.workflow().path("lastError")),
                "To run it again, submit it under another key or id.");
    }

    /** Who did it, when and why; the audit log is for admins. */
    private String by(String what, Optional<JsonNode> row) {
        return row.map(found -> what + " by " + JsonText.value(found.path("actor")) + " at "
                        + JsonText.time(found.path("at")) + ": " + JsonText.line(found.path("reason")))
                .orElse(what + ". `" + command.apply("audit") + "` shows an admin by whom and why.");
    }

    /** For an open workflow whose owner is alive and has its definition. */
    private List<String> open(String status) {
        if (evidence.workflow().path("waits").size() > 1) {
            return waitingInBranches();
        }
        if (evidence.workflow().path("waitingFor").isObject()) {
            return waiting(status);
        }
        return switch (status) {
            case "QUEUED" ->
                List.of(
                        "The workflow is accepted and queued on " + owner() + ", which runs " + evidence.loaded()
                                + " workflows and starts this one when it has room.",
                        "Wait. If it stays queued, start more nodes on the same database.");
            case "COMPENSATING" ->
                List.of("The workflow compensates its steps, because it was cancelled or failed.", now());
            case "RUNNING" -> List.of(now());
            default -> List.of("The workflow is " + status + ".");
        };
    }

    private List<String> waiting(String status) {
        JsonNode waiting = evidence.workflow().path("waitingFor");
        String subject = status.equals("COMPENSATING") ? "The workflow compensates its steps, and" : "The workflow";
        return switch (waiting.path("kind").asString("")) {
            case "version" ->
                List.of(
                        "The workflow waits for its version " + JsonText.value(waiting.path("name")) + ", which was not"
                                + " registered on its owner. It is parked if the version does not come before "
                                + JsonText.time(waiting.path("until")) + ".",
                        "Start every node with code that registers it; the workflow then continues by itself.");
            case "retry" -> backOff(subject, waiting);
            case "child" ->
                List.of(
                        subject + " is waiting" + WaitingText.words(waiting) + ".",
                        "It continues when that has ended. " + children());
            case "signal" ->
                List.of(
                        subject + " is waiting" + WaitingText.words(waiting)
                                + (waiting.path("until").isString() ? "." : ", without a limit."),
                        "Send it with `"
                                + command.apply(
                                        "signal " + id() + " " + JsonText.value(waiting.path("name")) + " PAYLOAD")
                                + "`"
                                + (waiting.path("until").isString()
                                        ? "; without it, the workflow continues at that time."
                                        : "."));
            default ->
                List.of(
                        subject + " is waiting" + WaitingText.words(waiting) + ".",
                        "It then continues by itself. To stop it before, cancel it with `"
                                + command.apply("cancel " + id()) + "`.");
        };
    }

    /** No wait tells its branch, and the history only those that have a record. */
    private List<String> waitingInBranches() {
        List<JsonNode> waits = evidence.workflow().path("waits").valueStream().toList();
        JsonNode until = waits.getFirst().path("until");
        List<String> lines = new ArrayList<>();
        lines.add("All its branches wait, and each continues when its own wait is over."
                + (until.isString() ? " The first wait is over at " + JsonText.time(until) + "." : "")
                + " `" + command.apply("history " + id()) + "` shows how far they came.");
        if (waits.stream().anyMatch(wait -> wait.path("kind").asString("").equals("signal"))) {
            lines.add("Send a signal with `" + command.apply("signal " + id() + " NAME PAYLOAD") + "`.");
        }
        if (waits.stream().anyMatch(wait -> wait.path("kind").asString("").equals("child"))) {
            lines.add(children());
        }
        return lines;
    }

    private String children() {
        return "`" + command.apply("list --parent " + id())
                + "` shows its children; one that is parked waits for a decision on its dead letter.";
    }

    private List<String> backOff(String subject, JsonNode waiting) {
        int attempt = evidence.workflow().path("attempt").asInt(0);
        return List.of(
                subject + " waits for attempt " + (attempt + 1) + " of step " + JsonText.value(waiting.path("name"))
                        + " at "
                        + JsonText.time(waiting.path("until")) + ", because attempt " + attempt + " failed: "
                        + JsonText.wholeError(evidence.workflow().path("lastError")),
                "It retries by itself. If every attempt will fail, fix the cause, or cancel it with `"
                        + command.apply("cancel " + id()) + "`.");
    }

    private String owner() {
        return "node " + JsonText.value(evidence.workflow().path("owner"));
    }

    /** What the workflow does at the moment. */
    private String now() {
        JsonNode last = evidence.lastItem();
        String name = JsonText.value(last.path("name"));
        return switch (last.path("kind").asString("")) {
            case "step" -> step(last, "step " + name + " (position " + JsonText.value(last.path("position")) + ")");
            case "signal" -> after("signal " + name, last);
            case "timer" -> after(name, last);
            default -> "Its code runs on " + owner() + ", and has not reached its next step.";
        };
    }

    private String step(JsonNode last, String step) {
        return last.path("state").asString("").equals("started")
                ? "The body of " + step + " runs on " + owner() + ": attempt " + JsonText.value(last.path("attempt"))
                        + ", since " + JsonText.time(last.path("startedAt"))
                        + ". If that is too long, check the service that this step calls."
                : after(step, last);
    }

    private String after(String what, JsonNode last) {
        return "Its code runs on " + owner() + ", after " + what + ": " + JsonText.value(last.path("state")) + " at "
                + JsonText.time(last.path(last.path("endedAt").isString() ? "endedAt" : "startedAt")) + ".";
    }
}

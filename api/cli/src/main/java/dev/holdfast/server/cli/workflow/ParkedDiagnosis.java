package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.output.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** Explains why a workflow is parked, and lists the commands that resolve it. Immutable. */
record ParkedDiagnosis(JsonNode letter, String workflow, UnaryOperator<String> command) {
    List<String> lines() {
        String id = JsonText.value(letter.path("id"));
        String cause = JsonText.value(letter.path("cause"));
        List<String> lines = new ArrayList<>();
        lines.add("The workflow is parked since " + JsonText.time(letter.path("parkedAt")) + at()
                + ", and does not continue by itself.");
        lines.add(cause + ": " + meaning(cause));
        lines.add("The error: " + JsonText.wholeError(letter.path("error")));
        if (cause.equals("IN_DOUBT")) {
            lines.add("Look for idempotency key " + JsonText.value(letter.path("idempotencyKey"))
                    + " in the system that this step calls. Then:");
            row(lines, "run it again", "dead-letters retry " + id + " --run-again-anyway --reason \"...\"");
            row(lines, "end it as FAILED", "dead-letters discard " + id + " --reason \"...\"");
            return lines;
        }
        lines.add("Fix the cause first. Then:");
        row(lines, "show the stack trace", "dead-letters show " + id);
        row(lines, "retry this step", "dead-letters retry " + id + " --reason \"...\"");
        row(lines, "end it as FAILED", "dead-letters discard " + id + " --reason \"...\"");
        row(lines, "cancel and compensate", "cancel " + workflow);
        return lines;
    }

    private String at() {
        if (!letter.path("step").isString()) {
            return "";
        }
        String branch = letter.path("branch").asString("");
        return " at step " + JsonText.value(letter.path("step")) + " ("
                + (branch.isEmpty() ? "" : "branch " + branch + ", ") + "position "
                + JsonText.value(letter.path("position")) + ", attempts: " + JsonText.value(letter.path("attempts"))
                + ")";
    }

    private void row(List<String> lines, String what, String words) {
        lines.add("  " + what + " ".repeat(24 - what.length()) + command.apply(words));
    }

    private static String meaning(String cause) {
        return switch (cause) {
            case "RETRIES_EXHAUSTED" -> "the last attempt of the retry policy has failed.";
            case "NON_RETRYABLE" ->
                "no retry follows this error: the retry policy excludes it, or the step allows none.";
            case "IN_DOUBT" -> "a step may have had its effect, and nobody knows whether it has.";
            case "HISTORY_MISMATCH" ->
                "the code makes other calls than the history has. Deploy code that matches the history, or asks"
                        + " ctx.changed where it differs.";
            case "UNDECODABLE" -> "a stored value cannot be decoded as its type. Deploy a type that can decode it.";
            case "COMPENSATION_FAILED" -> "a compensation has failed for good.";
            case "POISON" -> "five processes ended while it ran. Find the reason before you retry it.";
            case "HISTORY_LIMIT" ->
                "its history does not fit into a node. Give the nodes a larger heap before you retry it.";
            case "DEADLINE" -> "it has not ended by its deadline. A retry lets it go on without one.";
            case "UNKNOWN_DEFINITION" -> "no node had its version in time. Start one that has it, then retry it.";
            default -> "see docs/state-machine.md.";
        };
    }
}

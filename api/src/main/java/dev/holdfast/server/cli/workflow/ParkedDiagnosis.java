package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.output.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** What stands in the way of a workflow that is parked, and the commands that decide about it. */
record ParkedDiagnosis(JsonNode letter, String workflow, UnaryOperator<String> command) {
    List<String> lines() {
        String id = JsonText.value(letter.path("id"));
        String cause = JsonText.value(letter.path("cause"));
        List<String> lines = new ArrayList<>();
        lines.add("It is parked since " + JsonText.time(letter.path("parkedAt")) + at()
                + ", and does not go on by itself.");
        lines.add(cause + ": " + meaning(cause));
        lines.add("The error: " + JsonText.wholeError(letter.path("error")));
        lines.add("Mend the cause first. Then:");
        row(lines, "see the stack trace", "dead-letters show " + id);
        row(lines, "go on at this step", "dead-letters retry " + id + " --reason \"...\"");
        row(lines, "give up, undo nothing", "dead-letters discard " + id + " --reason \"...\"");
        row(lines, "undo what it did", "cancel " + workflow);
        return lines;
    }

    private String at() {
        if (!letter.path("step").isString()) {
            return "";
        }
        return " at step " + JsonText.value(letter.path("step")) + " (position "
                + JsonText.value(letter.path("position")) + ", attempts: " + JsonText.value(letter.path("attempts"))
                + ")";
    }

    private void row(List<String> lines, String what, String words) {
        lines.add("  " + what + " ".repeat(24 - what.length()) + command.apply(words));
    }

    private static String meaning(String cause) {
        return switch (cause) {
            case "RETRIES_EXHAUSTED" -> "the last attempt that the retry policy allows has failed.";
            case "NON_RETRYABLE" -> "the failure is of a kind that another attempt does not mend.";
            case "HISTORY_MISMATCH" ->
                "the code takes other steps than those that are recorded. Bring back code that fits.";
            case "UNDECODABLE" -> "a stored value cannot be read as its type. Bring back a type that can read it.";
            case "COMPENSATION_FAILED" -> "undoing what it did failed for good.";
            case "POISON" -> "five processes ended while it ran. Find out why before it runs again.";
            default -> "see docs/state-machine.md.";
        };
    }
}

package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.output.JsonText;
import tools.jackson.databind.JsonNode;

/**
 * Says what a workflow waits for, and until when. {@code waiting} is the member {@code waitingFor}, or one of
 * {@code waits}. Stateless.
 */
final class WaitingText {
    private WaitingText() {}

    /** Such as {@code signal approval until 2026-01-31T12:00:00Z}; a time has no name, a signal may have no limit. */
    static String member(JsonNode waiting) {
        return kindAndName(waiting) + until(waiting);
    }

    /** Such as {@code signal approval}; a time has no name. */
    static String kindAndName(JsonNode waiting) {
        String name = waiting.path("name").asString("");
        return JsonText.value(waiting.path("kind")) + (name.isEmpty() ? "" : " " + name);
    }

    /** What follows the word waiting, such as {@code for signal approval until 2026-01-31T12:00:00Z}. */
    static String words(JsonNode waiting) {
        return (waiting.path("kind").asString("").equals("timer") ? "" : " for " + what(waiting)) + until(waiting);
    }

    private static String what(JsonNode waiting) {
        String name = JsonText.value(waiting.path("name"));
        return switch (waiting.path("kind").asString("")) {
            case "retry" -> "the next attempt of step " + name;
            case "version" -> "its version " + name;
            default -> JsonText.value(waiting.path("kind")) + " " + name;
        };
    }

    static String until(JsonNode waiting) {
        return waiting.path("until").isString() ? " until " + JsonText.time(waiting.path("until")) : "";
    }
}

package dev.holdfast.server.cli.client;

import dev.holdfast.server.config.Settings;
import tools.jackson.databind.JsonNode;

/** What to do about a problem, in words of the command line: the problem itself advises clients of HTTP. Stateless. */
final class Advice {
    private Advice() {}

    /** Empty if the detail of the problem says it all. */
    static String of(JsonNode problem) {
        return switch (problem.path("code").asString("")) {
            case "INVALID_PARAMETER", "INVALID_INPUT" -> "";
            case "UNAUTHENTICATED" ->
                "Provide an API key with " + Settings.variable("key")
                        + ", --key-file or --key; an ADMIN creates one with `./holdfast keys create`.";
            case "FORBIDDEN" -> "Use a key with another role or scope; docs/security.md lists what the roles allow.";
            case "FOREIGN_HOST" -> "Set --url to http://127.0.0.1, http://localhost or http://[::1], with the port.";
            case "UNKNOWN_DEFINITION" ->
                "`./holdfast definitions` lists what this node accepts. Start a node that registers the definition.";
            case "UNKNOWN_WORKFLOW" -> "`./holdfast list` lists the workflows.";
            case "UNKNOWN_DEAD_LETTER" -> "`./holdfast dead-letters list` lists the open dead letters.";
            case "UNKNOWN_API_KEY" -> "`./holdfast keys list` lists the keys.";
            case "UNKNOWN_RETENTION_RULE" -> "`./holdfast retention list` lists the rules.";
            case "WORKFLOW_FAILED", "WORKFLOW_CANCELLED", "WORKFLOW_ENDED" ->
                "`./holdfast show` and `./holdfast history` say how it ended.";
            case "WORKFLOW_OPEN" -> "Wait for its end, or terminate it first.";
            case "STEP_IN_DOUBT" ->
                "`./holdfast dead-letters show` has the idempotency key: look for the effect under it. Then retry with"
                        + " --run-again-anyway, or discard.";
            case "DEAD_LETTER_CLOSED" ->
                "`./holdfast show` of its workflow says what became of it; parked again, it has a new dead letter.";
            case "OVERLOADED", "SUBMISSION_HELD" -> "Try again in a moment.";
            case "INTERNAL_ERROR" ->
                "The log of the node has its stack trace under "
                        + problem.path("errorId").asString("the error id")
                        + ". Try again; if it stays, report it with that entry.";
            case "DATABASE_UNAVAILABLE" ->
                "Try again. With --id or --idempotency-key that is safe: the same request is accepted once.";
            case "NODE_NOT_READY" -> "`./holdfast health` says why. Wait, or set --url to another node.";
            default -> problem.path("fix").asString("");
        };
    }
}

package dev.holdfast.server.cli.client;

import dev.holdfast.server.config.Settings;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Thrown by a command that was refused or that nobody answered, with what people are told. */
public final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How a command sends what others send in a header. */
    private static final String WITH_KEY = "Give a key: " + Settings.variable("key")
            + ", --key-file or --key; who has the role ADMIN makes one with `./holdfast keys create`.";

    private final String code;
    private final boolean passing;
    private final transient List<String> lines;
    private final transient JsonNode problem;

    private CommandFailedException(String code, boolean passing, List<String> lines, JsonNode problem) {
        super(lines.getFirst());
        this.code = code;
        this.passing = passing;
        this.lines = List.copyOf(lines);
        this.problem = problem;
    }

    /** What Holdfast answered: a problem with its code. */
    static CommandFailedException problem(JsonNode problem) {
        String detail = problem.path("detail").asString("");
        String code = problem.path("code").asString("");
        String fix =
                code.equals("UNAUTHENTICATED") ? WITH_KEY : problem.path("fix").asString("");
        List<String> lines = Stream.of(code + ": " + detail, fix)
                .filter(line -> !line.isEmpty())
                .toList();
        return new CommandFailedException(code, problem.path("retryable").asBoolean(false), lines, problem);
    }

    /** Nobody answered, which may be otherwise in a moment. */
    static CommandFailedException unanswered(String... lines) {
        return new CommandFailedException("", true, List.of(lines), MissingNode.getInstance());
    }

    /** Somebody answered who is no node of Holdfast, or the command itself cannot go on. */
    static CommandFailedException because(String... lines) {
        return new CommandFailedException("", false, List.of(lines), MissingNode.getInstance());
    }

    /** The problem code of Holdfast; empty where it is not Holdfast who refused. */
    public String code() {
        return code;
    }

    /** All that Holdfast answered; nothing where it is not Holdfast who refused. */
    public JsonNode problem() {
        return problem;
    }

    /** What happened, without the code. */
    public String detail() {
        return code.isEmpty() ? lines.getFirst() : lines.getFirst().substring(code.length() + 2);
    }

    /** Whether the same question may be answered later. */
    boolean isPassing() {
        return passing;
    }

    public List<String> lines() {
        return lines;
    }
}

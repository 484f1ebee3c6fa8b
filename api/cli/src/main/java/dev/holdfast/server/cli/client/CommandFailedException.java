package dev.holdfast.server.cli.client;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Thrown by a command whose request was rejected or got no response, with the lines for stderr. */
public final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean transientFailure;
    private final transient List<String> lines;
    private final transient JsonNode problem;

    private CommandFailedException(String code, boolean transientFailure, List<String> lines, JsonNode problem) {
        super(lines.getFirst());
        this.code = code;
        this.transientFailure = transientFailure;
        this.lines = List.copyOf(lines);
        this.problem = problem;
    }

    /** For a problem that Holdfast responded with. */
    static CommandFailedException problem(JsonNode problem) {
        String detail = problem.path("detail").asString("");
        String code = problem.path("code").asString("");
        List<String> lines = Stream.of(code + ": " + detail, Advice.of(problem))
                .filter(line -> !line.isEmpty())
                .toList();
        return new CommandFailedException(code, problem.path("retryable").asBoolean(false), lines, problem);
    }

    /** For a node that did not respond; a retry may succeed. */
    static CommandFailedException unreachable(String... lines) {
        return new CommandFailedException("", true, List.of(lines), MissingNode.getInstance());
    }

    /** For a failure that no retry changes, such as a foreign server. */
    static CommandFailedException of(String... lines) {
        return new CommandFailedException("", false, List.of(lines), MissingNode.getInstance());
    }

    /** The problem code; empty if Holdfast did not respond. */
    public String code() {
        return code;
    }

    /** The whole problem; a missing node if Holdfast did not respond. */
    public JsonNode problem() {
        return problem;
    }

    /** The first line, without the code. */
    public String detail() {
        return code.isEmpty() ? lines.getFirst() : lines.getFirst().substring(code.length() + 2);
    }

    /** Whether a retry of the same request may succeed. */
    boolean isTransient() {
        return transientFailure;
    }

    public List<String> lines() {
        return lines;
    }
}

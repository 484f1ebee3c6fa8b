package dev.holdfast.server.cli;

import java.util.List;

/** Thrown by a command that was refused, with what people are told. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    RefusedException(List<String> lines) {
        super(String.join(" ", lines));
        this.lines = List.copyOf(lines);
    }

    RefusedException(String line) {
        this(List.of(line));
    }

    List<String> lines() {
        return lines;
    }
}

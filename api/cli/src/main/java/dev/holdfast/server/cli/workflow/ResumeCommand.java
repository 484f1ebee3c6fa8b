package dev.holdfast.server.cli.workflow;

import picocli.CommandLine.Command;

/** {@code holdfast resume}. */
@Command(
        name = "resume",
        description = {"Resume a paused workflow where it was paused.", "What came due meanwhile is due at once."},
        footer = {"  ./holdfast resume walk-1"})
public final class ResumeCommand extends ActionWithoutReason {
    public ResumeCommand() {
        super("resume");
    }
}

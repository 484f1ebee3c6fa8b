package dev.holdfast.server.cli.workflow;

import picocli.CommandLine.Command;

/** {@code holdfast pause}. */
@Command(
        name = "pause",
        description = {
            "Pause a workflow: nothing of it runs until it is resumed or cancelled.",
            "A running body finishes first. Signals are kept, and times go on."
        },
        footer = {"  ./holdfast pause walk-1 --reason \"the bank is down\""})
public final class PauseCommand extends ActionWithoutReason {
    public PauseCommand() {
        super("pause");
    }
}

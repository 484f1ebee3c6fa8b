package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.option.OptionalReason;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** Base of the actions on workflows that need no reason. */
abstract class ActionWithoutReason extends ActionCommand {
    @Mixin
    private OptionalReason reason;

    @SuppressWarnings("NullAway.Init")
    ActionWithoutReason(String action) {
        super("/v1/workflows", action);
    }

    @Override
    @Nullable
    public final String reason() {
        return reason.text;
    }
}

package dev.holdfast.engine.execution;

import dev.holdfast.Codec;
import dev.holdfast.EngineConfig;
import dev.holdfast.engine.telemetry.EngineTelemetry;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.StepTransactions;
import dev.holdfast.spi.WorkflowWrite;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * The services that all executions of an engine share. Immutable.
 *
 * @param threads makes those of workflows and branches
 * @param timeouts interrupts bodies that exceed their timeout
 * @param transactions for transactional steps, if the store has them
 * @param replies is called with each committed reply, on a thread that must not be blocked
 */
public record ExecutionEnvironment(
        Codec codec,
        Ownership ownership,
        EngineConfig config,
        AttemptOrder order,
        ScheduledExecutorService timeouts,
        FailureLog failures,
        EngineTelemetry telemetry,
        Mail mail,
        CallbackUrls callbackUrls,
        ChildStarts children,
        Platform platform,
        ThreadFactory threads,
        Optional<StepTransactions> transactions,
        Consumer<WorkflowWrite.Reply> replies) {
    public Values values() {
        return new Values(codec, config.payloadMaxBytes());
    }
}

package dev.holdfast.engine.replay;

import dev.holdfast.Codec;
import dev.holdfast.EngineConfig;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.engine.execution.AttemptOrder;
import dev.holdfast.engine.execution.BodyTimer;
import dev.holdfast.engine.execution.CallbackTokens;
import dev.holdfast.engine.execution.CallbackUrls;
import dev.holdfast.engine.execution.ChildStarts;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.FailureLog;
import dev.holdfast.engine.execution.Platform;
import dev.holdfast.engine.telemetry.EngineTelemetry;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.WorkflowKey;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** What stands in for the node in a replay. No time passes in it. */
final class ReplayNode implements AutoCloseable {
    private static final Platform PLATFORM = new Platform();
    private static final String CALLBACKS = "https://callbacks.example.com";

    private static final CompletableFuture<Void> NOTHING_TO_DELIVER = CompletableFuture.completedFuture(null);

    private final Codec codec;
    private final EngineTelemetry telemetry = EngineTelemetry.of(OpenTelemetry.noop());
    private final ScheduledExecutorService timer = BodyTimer.start(PLATFORM); // has no thread before its first use

    ReplayNode(Codec codec) {
        this.codec = codec;
    }

    ThreadFactory threads() {
        return PLATFORM.workflows();
    }

    /** {@code now} is the time of the last record; {@code threads} makes those of branches. */
    ExecutionEnvironment at(Instant now, ThreadFactory threads) {
        return new ExecutionEnvironment(
                codec,
                new Owner(now),
                EngineConfig.defaults().keptLoaded(Duration.ZERO).payloadMaxBytes(Integer.MAX_VALUE),
                new AttemptOrder(),
                timer,
                new FailureLog(timer, key -> key.uid().toString()),
                telemetry,
                execution -> NOTHING_TO_DELIVER,
                new CallbackUrls(new CallbackTokens(new byte[] {1}), Optional.of(CALLBACKS)),
                new Children(),
                PLATFORM,
                threads,
                Optional.empty(),
                reply -> {});
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Owns every workflow. */
    private record Owner(Instant now) implements Ownership {
        @Override
        public String node() {
            return "replay";
        }

        @Override
        public int nodeNumber() {
            return 0;
        }

        @Override
        public long epoch(int bucket) {
            return 0;
        }

        @Override
        public boolean leaseHeld() {
            return true;
        }

        @Override
        public void requireAdopted() {}

        @Override
        public void awaitLease() {}
    }

    /** Starts and cancels nothing. */
    private static final class Children implements ChildStarts {
        @Override
        public void requireKnown(DefinitionVersion version) {}

        @Override
        public WorkflowKey newKey() {
            return new WorkflowKey(0, 0, UUID.randomUUID());
        }

        @Override
        public String idOf(WorkflowKey key) {
            return key.uid().toString();
        }

        @Override
        public void accepted(WorkflowKey key) {}

        @Override
        public CompletableFuture<Void> cancel(OperatorAction action) {
            return CompletableFuture.completedFuture(null);
        }
    }
}

package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.spi.Ownership;
import java.util.concurrent.ScheduledExecutorService;

/** What all executions of an engine share. */
record Environment(
        Codec codec,
        Ownership ownership,
        EngineConfig config,
        AttemptOrder order,
        ScheduledExecutorService timeouts,
        Telemetry telemetry) {}

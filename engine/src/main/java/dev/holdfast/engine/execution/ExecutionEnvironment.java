package dev.holdfast.engine.execution;

import dev.holdfast.Codec;
import dev.holdfast.EngineConfig;
import dev.holdfast.engine.telemetry.EngineTelemetry;
import dev.holdfast.spi.Ownership;
import java.util.concurrent.ScheduledExecutorService;

/** What all executions of an engine share. */
public record ExecutionEnvironment(
        Codec codec,
        Ownership ownership,
        EngineConfig config,
        AttemptOrder order,
        ScheduledExecutorService timeouts,
        EngineTelemetry telemetry) {}

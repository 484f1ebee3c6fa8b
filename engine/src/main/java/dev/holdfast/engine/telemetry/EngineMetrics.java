package dev.holdfast.engine.telemetry;

import dev.holdfast.spi.ActionKind;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** The metrics of an engine; docs/metrics.md explains each. Safe for all threads. */
public final class EngineMetrics {
    private static final AttributeKey<String> ACTION = AttributeKey.stringKey("action");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    /** Bucket limits in seconds: bodies and waits take from a millisecond to hours. */
    private static final List<Double> SECONDS = List.of(
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0);

    private final Meter meter;
    private final Instruments instruments;
    private final LongCounter decisions;
    private final Map<String, DefinitionMetrics> definitions = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Runnable> gauges = new ConcurrentLinkedQueue<>();

    /** The instruments for each definition. */
    record Instruments(
            LongCounter accepted,
            LongCounter joined,
            LongCounter interrupted,
            LongCounter ended,
            LongCounter parked,
            LongCounter steps,
            DoubleHistogram attempts,
            DoubleHistogram scheduleToStart,
            DoubleHistogram acceptToFirstStep) {}

    EngineMetrics(OpenTelemetry telemetry) {
        this.meter = telemetry.getMeter("dev.holdfast");
        this.instruments = new Instruments(
                counter("holdfast.workflows.accepted", "{workflow}", "Workflows accepted by this node"),
                counter(
                        "holdfast.workflows.joined",
                        "{submission}",
                        "Submissions that joined a workflow that was there"),
                counter("holdfast.workflows.interrupted", "{workflow}", "Workflows taken up whose process had ended"),
                counter("holdfast.workflows.ended", "{workflow}", "Workflows that ended here, by status"),
                counter("holdfast.workflows.parked", "{workflow}", "Workflows parked as a dead letter, by cause"),
                counter("holdfast.steps", "{step}", "Steps whose outcome is final"),
                seconds("holdfast.attempt.duration", "Time in the body of an attempt"),
                seconds("holdfast.schedule_to_start", "From when a workflow was due until it was taken up"),
                seconds("holdfast.accept_to_first_step", "From the acceptance until the body of the first step runs"));
        this.decisions =
                counter("holdfast.decisions", "{decision}", "Results of operator actions requested at this node");
    }

    private LongCounter counter(String name, String unit, String description) {
        return meter.counterBuilder(name)
                .setUnit(unit)
                .setDescription(description)
                .build();
    }

    private DoubleHistogram seconds(String name, String description) {
        return meter.histogramBuilder(name)
                .setUnit("s")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
    }

    public DefinitionMetrics of(String definition) {
        return definitions.computeIfAbsent(definition, name -> new DefinitionMetrics(name, instruments));
    }

    /** Counts the response to an operator action: applied, refused, or pending if it was not decided in time. */
    public void decided(ActionKind action, String outcome) {
        decisions.add(1, Attributes.of(ACTION, action.name(), OUTCOME, outcome));
    }

    public void loaded(LongSupplier value) {
        ObservableLongGauge gauge = meter.gaugeBuilder("holdfast.workflows.loaded")
                .ofLongs()
                .setUnit("{workflow}")
                .setDescription("Workflows that are loaded on this node")
                .buildWithCallback(measurement -> measurement.record(value.getAsLong()));
        gauges.add(gauge::close);
    }

    public void oldestDue(DoubleSupplier seconds) {
        ObservableDoubleGauge gauge = meter.gaugeBuilder("holdfast.due.oldest")
                .setUnit("s")
                .setDescription("For how long the oldest workflow that could run has been due, at the last look")
                .buildWithCallback(measurement -> measurement.record(seconds.getAsDouble()));
        gauges.add(gauge::close);
    }

    /** Closes the gauges, which read this engine. */
    public void close() {
        gauges.forEach(Runnable::run);
    }
}

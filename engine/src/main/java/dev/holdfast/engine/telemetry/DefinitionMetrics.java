package dev.holdfast.engine.telemetry;

import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.WorkflowWrite.Outcome.State;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The metrics of one definition. The labels are made once, because every step uses them. Safe for all threads. */
public final class DefinitionMetrics {
    private static final AttributeKey<String> DEFINITION = AttributeKey.stringKey("definition");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");
    private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("cause");
    private static final double NANOS = 1e9;

    private final EngineMetrics.Instruments instruments;
    private final Attributes plain;
    private final Map<State, Attributes> outcomes;
    private final Map<WorkflowStatus, Attributes> statuses;
    private final Map<Cause, Attributes> causes;

    DefinitionMetrics(String definition, EngineMetrics.Instruments instruments) {
        this.instruments = instruments;
        this.plain = Attributes.of(DEFINITION, definition);
        this.outcomes = labels(State.values(), state -> Attributes.of(DEFINITION, definition, OUTCOME, state.label()));
        this.statuses =
                labels(WorkflowStatus.values(), status -> Attributes.of(DEFINITION, definition, STATUS, status.name()));
        this.causes = labels(Cause.values(), cause -> Attributes.of(DEFINITION, definition, CAUSE, cause.name()));
        showZeros();
    }

    /** Adds 0 to counters, so that the first event shows as a change of an existing counter. */
    private void showZeros() {
        instruments.accepted().add(0, plain);
        instruments.joined().add(0, plain);
        instruments.interrupted().add(0, plain);
        statuses.keySet().stream()
                .filter(WorkflowStatus::isFinal)
                .forEach(status -> instruments.ended().add(0, statuses.get(status)));
        causes.values().forEach(cause -> instruments.parked().add(0, cause));
    }

    private static <E extends Enum<E>> Map<E, Attributes> labels(E[] values, Function<E, Attributes> of) {
        return Arrays.stream(values).collect(Collectors.toUnmodifiableMap(value -> value, of));
    }

    public void accepted() {
        instruments.accepted().add(1, plain);
    }

    public void joined() {
        instruments.joined().add(1, plain);
    }

    public void interrupted() {
        instruments.interrupted().add(1, plain);
    }

    public void ended(WorkflowStatus status) {
        instruments.ended().add(1, statuses.get(status));
    }

    public void parked(Cause cause) {
        instruments.parked().add(1, causes.get(cause));
    }

    /** Counts an attempt, and records the time of its body. */
    public void attempted(State state, long nanos) {
        instruments.attempts().record(nanos / NANOS, outcomes.get(state));
        if (state.isFinal()) {
            instruments.steps().add(1, outcomes.get(state));
        }
    }

    /** Records how long after its due time a workflow was read to be run. */
    public void takenUp(Duration late) {
        instruments.scheduleToStart().record(late.toNanos() / NANOS, plain);
    }

    /** Records the time from the acceptance to the first body. */
    public void firstStep(long nanos) {
        instruments.acceptToFirstStep().record(nanos / NANOS, plain);
    }
}

package dev.holdfast.engine.history;

import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import dev.holdfast.spi.WorkflowWrite.Outcome.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The recorded attempts of one step. Filled with its {@link History}, then read by the thread of its branch. */
public final class RecordedStep implements RecordedCall {
    private final Intent first;
    private int attempts;
    private int failures;
    private boolean cutOff = true;
    private @Nullable Outcome outcome;
    private @Nullable Duration waitLeft;
    /** Of the last attempt. */
    private boolean inDoubt = true;

    RecordedStep(Intent first) {
        this.first = first;
        this.attempts = first.attempt();
    }

    void startedAgain(Intent intent) {
        attempts = intent.attempt();
        cutOff = true;
        waitLeft = null;
        inDoubt = true;
    }

    /**
     * Lets the step make all its attempts again; attempt numbers continue. Only {@code anyway} ends a doubt about the
     * last attempt.
     */
    void retried(boolean anyway) {
        if (finalOutcome().isEmpty()) {
            failures = 0;
            outcome = null;
            waitLeft = null;
            inDoubt &= !anyway;
        }
    }

    void ended(Outcome ended, Instant at, Instant readAt) {
        cutOff = false;
        inDoubt = ended.state() == State.IN_DOUBT || ended.state() == State.TIMED_OUT;
        if (ended.state() == State.NOT_BEGUN) {
            return;
        }
        outcome = ended;
        if (!ended.state().isFinal()) {
            failures++;
            waitLeft = ended.retryIn() == null ? null : left(at.plus(ended.retryIn()), readAt);
        }
    }

    private static Duration left(Instant due, Instant readAt) {
        return due.isBefore(readAt) ? Duration.ZERO : Duration.between(readAt, due);
    }

    /** Returns what {@link #description} says of a step. */
    public static String description(String name, int compensates) {
        return "step \"" + name + "\""
                + (compensates == Intent.COMPENSATES_NOTHING ? "" : " undoing call " + compensates);
    }

    @Override
    public String description() {
        return description(name(), compensates());
    }

    /** The name of the step. */
    public String name() {
        return first.name();
    }

    /** As {@link Intent#compensates}. */
    public int compensates() {
        return first.compensates();
    }

    /** The number of the last attempt that was started. */
    public int attempts() {
        return attempts;
    }

    /** Whether the last attempt has no outcome: its body may have had its effect. */
    public boolean isCutOff() {
        return cutOff;
    }

    /** The number of failed attempts since the last retry by an operator, without those that a crash interrupted. */
    public int failures() {
        return failures;
    }

    /** The final outcome, if it is recorded. */
    public Optional<Outcome> finalOutcome() {
        return Optional.ofNullable(outcome).filter(o -> o.state().isFinal());
    }

    /**
     * Whether the last attempt may have had an effect that is not recorded: it has no outcome, or none that is known.
     */
    public boolean isInDoubt() {
        return inDoubt;
    }

    /** The outcome of the last attempt, if that failed. */
    public Optional<Outcome> lastFailure() {
        return Optional.ofNullable(outcome)
                .filter(last -> last.attempt() == attempts && !last.state().isFinal());
    }

    /** The outcome of the last attempt, if that failed and no attempt was to follow. */
    public Optional<Outcome> givenUp() {
        return lastFailure().filter(last -> waitLeft == null);
    }

    /** The part of the back-off that was left when the log was read. */
    public Duration waitLeft() {
        return waitLeft == null ? Duration.ZERO : waitLeft;
    }
}

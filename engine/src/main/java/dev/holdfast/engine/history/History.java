package dev.holdfast.engine.history;

import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.WorkflowWrite;
import dev.holdfast.spi.WorkflowWrite.Intent;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The log of a workflow as its replay asks for it: by position. Read by the workflow's thread only. */
public final class History {
    /** Of a workflow that was just accepted. */
    public static final History EMPTY = new History(List.of(), Instant.EPOCH);

    private static final int NEVER = -1;

    private final List<@Nullable Recorded> steps = new ArrayList<>();
    private final Instant readAt;
    private int cancelledAt = NEVER;

    /** {@code readAt} is the store's clock at the time of reading. */
    public History(List<LogRecord> log, Instant readAt) {
        this.readAt = readAt;
        for (LogRecord record : log) {
            if (record.outcome() != null) {
                existing(record.outcome().position()).ended(record.outcome(), record.at());
            }
            switch (record.event()) {
                case Intent intent -> started(intent);
                case WorkflowWrite.Cancelled cancelled -> cancelledAt = cancelled.position();
                case WorkflowWrite.Retried retried ->
                    steps.stream().filter(Objects::nonNull).forEach(Recorded::retried);
                case null, default -> {}
            }
        }
    }

    private void started(Intent intent) {
        while (intent.position() > steps.size()) {
            steps.add(null); // the call that a cancel reached has no intent
        }
        if (intent.position() == steps.size()) {
            steps.add(new Recorded(intent));
        } else {
            existing(intent.position()).startedAgain(intent);
        }
    }

    private Recorded existing(int position) {
        return Objects.requireNonNull(steps.get(position));
    }

    /** Whether a cancel reached the code at this position. */
    public boolean isCancelledAt(int position) {
        return position == cancelledAt;
    }

    /** What is recorded of the step at this position; null beyond the end. */
    @Nullable
    public Recorded at(int position) {
        return position < steps.size() ? steps.get(position) : null;
    }

    /** How many steps are recorded. */
    public int size() {
        return Math.max(steps.size(), cancelledAt + 1);
    }

    /** Whether an outcome was recorded after this seq: the code has made progress. */
    public static boolean progressed(List<LogRecord> log, int seq) {
        return log.stream()
                .anyMatch(record -> record.seq() > seq
                        && record.outcome() != null
                        && record.outcome().state().isFinal());
    }

    /** All attempts of one step so far. */
    public final class Recorded {
        private final Intent first;
        private int attempts;
        private int failures;
        private @Nullable Outcome outcome;
        private @Nullable Instant due;

        private Recorded(Intent first) {
            this.first = first;
            this.attempts = first.attempt();
        }

        private void startedAgain(Intent intent) {
            attempts = intent.attempt();
            due = null;
        }

        /** Its attempts go on, its budget is fresh. */
        private void retried() {
            if (finalOutcome().isEmpty()) {
                failures = 0;
                outcome = null;
                due = null;
            }
        }

        private void ended(Outcome ended, Instant at) {
            outcome = ended;
            if (!ended.state().isFinal()) {
                failures++;
                due = ended.retryIn() == null ? null : at.plus(ended.retryIn());
            }
        }

        public String name() {
            return first.name();
        }

        public int compensates() {
            return first.compensates();
        }

        /** The number of the last attempt that was started. */
        public int attempts() {
            return attempts;
        }

        /** How many attempts failed; one that a crash cut off did not. */
        public int failures() {
            return failures;
        }

        /** The outcome that ends the step, if it is there. */
        public Optional<Outcome> finalOutcome() {
            return Optional.ofNullable(outcome).filter(o -> o.state().isFinal());
        }

        /** The failure after which no other attempt was to come, if the log ends there. */
        public Optional<Outcome> givenUp() {
            boolean over = due == null && outcome != null && outcome.attempt() == attempts;
            return Optional.ofNullable(over ? outcome : null)
                    .filter(o -> !o.state().isFinal());
        }

        /** How much of the back-off was left when the log was read. */
        public Duration waitLeft() {
            return due == null || due.isBefore(readAt) ? Duration.ZERO : Duration.between(readAt, due);
        }
    }
}

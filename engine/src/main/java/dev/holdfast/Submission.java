package dev.holdfast;

import dev.holdfast.admin.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The options of a submission: key or id, labels, submitter. Callers of {@link Holdfast#submit} make it. Immutable,
 * safe for all threads.
 *
 * <pre>{@code
 * Submission submission = Submission.key("order-42").label("tenant", "acme");
 * WorkflowHandle<Receipt> handle = holdfast.submit(PAY, order, submission);
 * }</pre>
 *
 * <p>Submissions under the same key, or id, with an equal input return the same workflow, however often they are sent,
 * as long as the workflow is kept and for at least 24 h after its end. Inputs are equal as parsed JSON: the order of
 * members does not count, and 1, 1.0 and 1e0 are one number. Labels, submitter, deadline and start of a repeated
 * submission are ignored.
 */
public final class Submission {
    private static final Duration DEADLINE_MAX = Duration.ofDays(36_525);
    private static final Duration DELAY_MAX = Duration.ofDays(366);
    private static final int SIGNALS_MAX = 20;
    private static final Submission PLAIN = new Submission(null, null, Map.of(), null, null, null, List.of());

    private final @Nullable String key;
    private final @Nullable String id;
    private final Map<String, String> labels;
    private final @Nullable Submitter submitter;
    /** From the time of the acceptance. */
    private final @Nullable UnaryOperator<Instant> deadline;

    /** From the time of the acceptance; null for at once. */
    private final @Nullable UnaryOperator<Instant> start;

    private final List<Attached<?>> signals;

    /** A signal that is sent with the submission. */
    public record Attached<T>(Signal<T> signal, T payload) {}

    private Submission(
            @Nullable String key,
            @Nullable String id,
            Map<String, String> labels,
            @Nullable Submitter submitter,
            @Nullable UnaryOperator<Instant> deadline,
            @Nullable UnaryOperator<Instant> start,
            List<Attached<?>> signals) {
        this.key = key;
        this.id = id;
        this.labels = labels;
        this.submitter = submitter;
        this.deadline = deadline;
        this.start = start;
        this.signals = signals;
    }

    /** Submits without a key: every submission starts a new workflow with a generated id. */
    public static Submission plain() {
        return PLAIN;
    }

    /**
     * Submits under an idempotency key, which is unique within its definition. Throws {@link IllegalArgumentException}
     * for a key that breaks the rule.
     *
     * @param key 1 to 200 characters of {@code A-Z a-z 0-9 . _ : @ -}
     */
    public static Submission key(String key) {
        Names.requireKey("idempotency key", key);
        return new Submission(key, null, Map.of(), null, null, null, List.of());
    }

    /**
     * Submits under a workflow id of the caller's choice, which is unique over all definitions. Throws
     * {@link IllegalArgumentException} for an id that breaks the rule.
     *
     * @param id 1 to 200 characters of {@code A-Z a-z 0-9 . _ : @ -}
     */
    public static Submission id(String id) {
        Names.requireKey("workflow id", id);
        return new Submission(null, id, Map.of(), null, null, null, List.of());
    }

    /** Replaces key and id by an id that the engine has generated. Called by the engine. */
    public Submission withId(String generated) {
        return new Submission(null, generated, labels, submitter, deadline, start, signals);
    }

    /**
     * Adds a label, by which {@link dev.holdfast.admin.Admin#list} finds the workflow, or replaces the one of the same
     * name. A workflow has at most 20 labels; names and values have 1 to 200 characters without control characters and
     * lone surrogates. Throws {@link IllegalArgumentException} for more.
     */
    public Submission label(String name, String value) {
        Names.requireLabel("label name", name);
        Names.requireLabel("value of label " + name, value);
        Map<String, String> more = new TreeMap<>(labels);
        more.put(name, value);
        if (more.size() > Names.LABELS_MAX) {
            throw new IllegalArgumentException("label " + name + " is one too many: at most " + Names.LABELS_MAX);
        }
        return new Submission(key, id, Map.copyOf(more), submitter, deadline, start, signals);
    }

    /** Sets the submitter, who is stored beside the input. */
    public Submission by(Submitter who) {
        return new Submission(key, id, labels, who, deadline, start, signals);
    }

    /**
     * Sets the time by which the workflow must have ended, counted from its acceptance: if it has not, its code gets
     * {@link DeadlineExceeded}. Takes precedence over the deadline of the definition. Throws
     * {@link IllegalArgumentException} for a duration that breaks the rule.
     *
     * @param afterAcceptance over 0, at most 100 years
     */
    public Submission deadline(Duration afterAcceptance) {
        requireDeadline(afterAcceptance);
        return new Submission(key, id, labels, submitter, accepted -> accepted.plus(afterAcceptance), start, signals);
    }

    /** Sets the same as a time. One that has passed is allowed: the first call of the code gets the exception. */
    public Submission deadline(Instant time) {
        Objects.requireNonNull(time, "time");
        if (time.isBefore(Instant.EPOCH) || time.isAfter(Instant.EPOCH.plus(DEADLINE_MAX.multipliedBy(2)))) {
            throw new IllegalArgumentException("deadline " + time + ": expected a time from 1970 to 2169");
        }
        return new Submission(key, id, labels, submitter, accepted -> time, start, signals);
    }

    /**
     * Delays the start: the workflow is accepted now, stays QUEUED, and starts so long after its acceptance, by the
     * clock of the database. Signals are kept for it meanwhile; a cancel ends it at once. Replaces an earlier
     * {@link #at}. Throws {@link IllegalArgumentException} for a delay that breaks the rule.
     *
     * @param delay from 0 to 366 days
     */
    public Submission after(Duration delay) {
        if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
            throw new IllegalArgumentException(
                    "delay of " + delay + ": expected 0 or more, up to " + DELAY_MAX.toDays() + " days");
        }
        return new Submission(key, id, labels, submitter, deadline, accepted -> accepted.plus(delay), signals);
    }

    /**
     * Sets the time of the start; one that has passed is at once. Replaces an earlier {@link #after}. {@code submit}
     * throws {@link InvalidInputException} for one that is over 366 days after the acceptance.
     */
    public Submission at(Instant time) {
        Objects.requireNonNull(time, "time");
        return new Submission(key, id, labels, submitter, deadline, accepted -> time, signals);
    }

    /**
     * Sends a signal with the submission, in the same commit, so that the workflow has it before its code can ask.
     * Under the key or id of an existing workflow the signal goes to that one, once, however often the submission is
     * repeated; if that has ended, {@code submit} throws {@link WorkflowEndedException}. A submission has at most 20
     * signals. Throws {@link IllegalArgumentException} for more.
     */
    public <T> Submission signal(Signal<T> signal, T payload) {
        if (signals.size() == SIGNALS_MAX) {
            throw new IllegalArgumentException("signal " + signal.name() + " is one too many: at most " + SIGNALS_MAX);
        }
        List<Attached<?>> more = new ArrayList<>(signals);
        more.add(new Attached<>(signal, payload));
        return new Submission(key, id, labels, submitter, deadline, start, List.copyOf(more));
    }

    static void requireDeadline(Duration afterAcceptance) {
        if (!afterAcceptance.isPositive() || afterAcceptance.compareTo(DEADLINE_MAX) > 0) {
            throw new IllegalArgumentException("deadline of " + afterAcceptance + ": expected a duration over 0, up to "
                    + DEADLINE_MAX.toDays() + " days");
        }
    }

    /** Returns the idempotency key; empty without one. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /** Returns the workflow id; empty where the engine generates one. */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /** Returns the labels by name; unmodifiable. */
    public Map<String, String> labels() {
        return labels;
    }

    /** Returns the deadline of a workflow that is accepted at this time; empty without one. */
    public Optional<Instant> deadlineFrom(Instant accepted) {
        return Optional.ofNullable(deadline).map(from -> from.apply(accepted));
    }

    /**
     * Returns the start of a workflow that is accepted at this time; empty for at once. Throws
     * {@link InvalidInputException} if it is over 366 days later.
     */
    public Optional<Instant> startFrom(Instant accepted) {
        Optional<Instant> later =
                Optional.ofNullable(start).map(from -> from.apply(accepted)).filter(time -> time.isAfter(accepted));
        later.filter(time -> time.isAfter(accepted.plus(DELAY_MAX))).ifPresent(time -> {
            throw new InvalidInputException(
                    "delay", "start at " + time + ": expected a time within " + DELAY_MAX.toDays() + " days from now");
        });
        return later;
    }

    /** Returns the signals, in order; unmodifiable. */
    public List<Attached<?>> signals() {
        return signals;
    }

    /** Returns the submitter; empty where a program submits for itself. */
    public Optional<Submitter> submitter() {
        return Optional.ofNullable(submitter);
    }
}

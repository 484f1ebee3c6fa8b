package dev.holdfast;

import dev.holdfast.admin.Names;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
 * members does not count, and 1, 1.0 and 1e0 are one number. Labels and submitter of a repeated submission are ignored.
 */
public final class Submission {
    private static final Submission PLAIN = new Submission(null, null, Map.of(), null);

    private final @Nullable String key;
    private final @Nullable String id;
    private final Map<String, String> labels;
    private final @Nullable Submitter submitter;

    private Submission(
            @Nullable String key, @Nullable String id, Map<String, String> labels, @Nullable Submitter submitter) {
        this.key = key;
        this.id = id;
        this.labels = labels;
        this.submitter = submitter;
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
        return new Submission(key, null, Map.of(), null);
    }

    /**
     * Submits under a workflow id of the caller's choice, which is unique over all definitions. Throws
     * {@link IllegalArgumentException} for an id that breaks the rule.
     *
     * @param id 1 to 200 characters of {@code A-Z a-z 0-9 . _ : @ -}
     */
    public static Submission id(String id) {
        Names.requireKey("workflow id", id);
        return new Submission(null, id, Map.of(), null);
    }

    /** Replaces key and id by an id that the engine has generated. Called by the engine. */
    public Submission withId(String generated) {
        return new Submission(null, generated, labels, submitter);
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
        return new Submission(key, id, Map.copyOf(more), submitter);
    }

    /** Sets the submitter, who is stored beside the input. */
    public Submission by(Submitter who) {
        return new Submission(key, id, labels, who);
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

    /** Returns the submitter; empty where a program submits for itself. */
    public Optional<Submitter> submitter() {
        return Optional.ofNullable(submitter);
    }
}

package dev.holdfast;

import dev.holdfast.admin.Names;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a workflow is submitted: under which key or id, with which labels. Made by callers of {@link Holdfast#submit};
 * immutable. The same key, or id, with an equal input gives the same workflow, however often.
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

    /** Without a key: every submission is a new workflow with a generated id. */
    public static Submission plain() {
        return PLAIN;
    }

    /** Under the caller's idempotency key, unique within its definition: 1 to 200 of {@code A-Za-z0-9._:@-}. */
    public static Submission key(String key) {
        Names.requireKey("idempotency key", key);
        return new Submission(key, null, Map.of(), null);
    }

    /** Under the caller's own workflow id, unique over all definitions: 1 to 200 of {@code A-Za-z0-9._:@-}. */
    public static Submission id(String id) {
        Names.requireKey("workflow id", id);
        return new Submission(null, id, Map.of(), null);
    }

    /** The same under this id, which the engine has generated. */
    public Submission withId(String generated) {
        return new Submission(null, generated, labels, submitter);
    }

    /** With a label more, to be found by; at most 20, names and values of 1 to 200 characters. */
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

    /** In the name of somebody, who is kept beside the input. Who repeats a submission changes nothing of that. */
    public Submission by(Submitter who) {
        return new Submission(key, id, labels, who);
    }

    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    public Map<String, String> labels() {
        return labels;
    }

    public Optional<Submitter> submitter() {
        return Optional.ofNullable(submitter);
    }
}

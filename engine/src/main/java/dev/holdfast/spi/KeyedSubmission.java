package dev.holdfast.spi;

import dev.holdfast.Codec;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionConflictException;
import java.util.Arrays;

/**
 * A submission under a caller's key or id, on its way to the store. Made by the engine; immutable.
 *
 * @param scope {@link #ID_SCOPE} for an id, the name of the definition for a key
 * @param name the id or key itself
 * @param digest of the input, equal for equal inputs
 * @param codec that made the digest
 */
public record KeyedSubmission(String scope, String name, byte[] digest, WorkflowWrite.Creation creation, Codec codec) {
    /** No definition has this name. */
    public static final String ID_SCOPE = "*";

    /** Wraps a submission that has a key or an id. */
    public static KeyedSubmission of(Submission submission, WorkflowWrite.Creation creation, Codec codec) {
        byte[] digest = codec.digest(creation.input());
        return submission
                .id()
                .map(id -> new KeyedSubmission(ID_SCOPE, id, digest, creation, codec))
                .orElseGet(() -> new KeyedSubmission(
                        creation.definition(), submission.key().orElseThrow(), digest, creation, codec));
    }

    /** The same, to be started by the owner of its bucket. */
    public KeyedSubmission queued() {
        return creation.starts() ? new KeyedSubmission(scope, name, digest, creation.queued(), codec) : this;
    }

    /** Whether {@link #name} is the workflow's id. */
    public boolean byId() {
        return scope.equals(ID_SCOPE);
    }

    /** The key or id as errors name it. */
    public String what() {
        return (byId() ? "workflow id \"" : "idempotency key \"") + name + "\"";
    }

    /**
     * Throws {@link SubmissionConflictException} unless the workflow that has the key or id, with this definition and
     * an input of this digest, is the one that this submission means.
     */
    public void requireSame(String definition, byte[] otherDigest, String existingId) {
        if (!creation.definition().equals(definition)) {
            throw new SubmissionConflictException(what(), "definition", existingId);
        }
        if (!Arrays.equals(digest, otherDigest)) {
            throw new SubmissionConflictException(what(), "input", existingId);
        }
    }
}

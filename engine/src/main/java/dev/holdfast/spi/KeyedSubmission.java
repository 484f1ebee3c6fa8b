package dev.holdfast.spi;

import dev.holdfast.Codec;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionConflictException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A submission under a key or id of the submitter. Made by the engine for the store; immutable.
 *
 * @param scope {@link #ID_SCOPE} for an id, the name of the definition for a key
 * @param name the id or key itself
 * @param digest of the input, equal for equal inputs
 * @param codec that made the digest
 * @param signals kept in the same commit if the submission is new
 */
public record KeyedSubmission(
        String scope,
        String name,
        byte[] digest,
        WorkflowWrite.Creation creation,
        Codec codec,
        List<SubmittedSignal> signals) {
    /** The scope of ids; no definition has this name. */
    public static final String ID_SCOPE = "*";

    /** A submission without signals. */
    public KeyedSubmission(String scope, String name, byte[] digest, WorkflowWrite.Creation creation, Codec codec) {
        this(scope, name, digest, creation, codec, List.of());
    }

    /** Makes it for a submission that has a key or an id. */
    public static KeyedSubmission of(
            Submission submission, WorkflowWrite.Creation creation, Codec codec, List<SubmittedSignal> signals) {
        byte[] digest = codec.digest(creation.input());
        return submission
                .id()
                .map(id -> new KeyedSubmission(ID_SCOPE, id, digest, creation, codec, signals))
                .orElseGet(() -> new KeyedSubmission(
                        creation.definition(), submission.key().orElseThrow(), digest, creation, codec, signals));
    }

    /** Returns a copy that the owner of the bucket starts. */
    public KeyedSubmission queued() {
        return creation.starts() ? new KeyedSubmission(scope, name, digest, creation.queued(), codec, signals) : this;
    }

    /** Whether {@link #name} is the workflow's id. */
    public boolean byId() {
        return scope.equals(ID_SCOPE);
    }

    /** The key or id with its kind, for errors. */
    public String describe() {
        return (byId() ? "workflow id \"" : "idempotency key \"") + name + "\"";
    }

    /**
     * Throws {@link SubmissionConflictException} if the existing workflow under this key or id has another definition
     * or another input than this submission; of the input also if its digest is not known.
     */
    public void requireSame(String definition, byte @Nullable [] otherDigest, String existingId) {
        if (!creation.definition().equals(definition)) {
            throw SubmissionConflictException.ofDefinition(describe(), existingId);
        }
        if (!Arrays.equals(digest, otherDigest)) {
            throw SubmissionConflictException.ofInput(describe(), existingId);
        }
    }
}

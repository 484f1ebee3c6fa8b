package dev.holdfast;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown while the database does not answer, and by a node that is shutting down. After a submission it may be unknown
 * whether the workflow was accepted: repeat the submission under the same key, or under {@link #workflowId()} as its
 * id. It then joins the workflow if there is one. Unchecked, immutable.
 */
public class StoreUnavailableException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String workflowId;

    /** Made by the store for reads, and for submissions that wrote nothing. */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(message, null, cause);
    }

    /** Made by the engine for a submission whose commit is unknown. */
    public StoreUnavailableException(String message, @Nullable String workflowId, @Nullable Throwable cause) {
        super(message, cause);
        this.workflowId = workflowId;
    }

    /** Returns the id to submit again with; empty where nothing was written, and for submissions under a key. */
    public Optional<String> workflowId() {
        return Optional.ofNullable(workflowId);
    }
}

package dev.holdfast;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown while the database does not answer. Whether a submission was accepted may be unknown: send it again with the
 * {@link #workflowId()} as its id, which joins the workflow if it was.
 */
public class StoreUnavailableException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String workflowId;

    /** For reads, and for submissions of which nothing was written. */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(message, null, cause);
    }

    /** For a submission whose commit is unknown. */
    public StoreUnavailableException(String message, @Nullable String workflowId, @Nullable Throwable cause) {
        super(message, cause);
        this.workflowId = workflowId;
    }

    /** The id to ask again with, where a commit is unknown. */
    public Optional<String> workflowId() {
        return Optional.ofNullable(workflowId);
    }
}

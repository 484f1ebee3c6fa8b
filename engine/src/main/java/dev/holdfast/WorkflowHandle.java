package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An accepted workflow. {@link Holdfast#submit} and {@link Holdfast#handle} return it. Safe for all threads; holds
 * nothing that must be closed.
 *
 * <pre>{@code
 * WorkflowHandle<Receipt> handle = holdfast.submit(PAY, order, Submission.key("order-42"));
 * try {
 *     System.out.println(handle.result(Duration.ofSeconds(30)));
 * } catch (ResultNotReadyException e) {
 *     System.out.println(e.getMessage());
 * }
 * }</pre>
 *
 * @param <O> the type of the result
 */
public interface WorkflowHandle<O> {
    /** Returns the id under which the workflow was accepted. */
    String id();

    /**
     * Reads the status from the store. Throws {@link UnknownWorkflowException} when the workflow has been deleted, and
     * {@link StoreUnavailableException} while the database does not answer.
     */
    WorkflowStatus status();

    /**
     * Waits up to {@code timeout} for the result. Throws
     *
     * <ul>
     *   <li>{@link WorkflowFailedException} when the workflow ended as FAILED,
     *   <li>{@link WorkflowCancelledException} when it ended as CANCELLED,
     *   <li>{@link ResultNotReadyException} when it has not ended in time, at once when it is parked as a dead letter,
     *       and when the thread is interrupted, which keeps its interrupt,
     *   <li>{@link UnknownWorkflowException} when it has been deleted,
     *   <li>{@link UndecodableException} when the result does not fit the type,
     *   <li>{@link StoreUnavailableException} when the database does not answer at the end of the timeout, since a wait
     *       outlasts an outage, and at once when the node closes.
     * </ul>
     *
     * Asking again is always safe.
     */
    O result(Duration timeout);

    /**
     * Reads the last value that the workflow has {@linkplain WorkflowContext#publish published} under this name; empty
     * if there is none, and if it was scrubbed. Throws {@link UndecodableException} when it does not fit the type,
     * {@link UnknownWorkflowException} when the workflow has been deleted, and {@link StoreUnavailableException} while
     * the database does not answer.
     */
    <T> Optional<T> published(String name, Class<T> type);

    /**
     * Returns a future that completes with the result, however long that takes, or exceptionally with what
     * {@link #result} throws for another reason than its timeout. It completes on a virtual thread of its own, which
     * waits until then, or until the future is cancelled.
     */
    CompletableFuture<O> completion();
}

/**
 * Writes checkpoints: mailboxes, the queue, batches, writer connections, and submissions under a key.
 *
 * <p>What may enter: Code on the way of a write from a mailbox to its commit. Other reads belong in {@code read}.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.checkpoint.WorkflowMailbox}, then
 * {@link dev.holdfast.postgres.checkpoint.Writer}.
 */
@NullMarked
package dev.holdfast.postgres.checkpoint;

import org.jspecify.annotations.NullMarked;

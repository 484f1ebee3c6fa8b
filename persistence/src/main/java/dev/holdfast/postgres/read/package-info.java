/**
 * Reads workflows: whole to run them; as summaries, lists and dead letters for operators. Reads and fills the inbox.
 *
 * <p>What may enter: Queries through the pool. Nothing here changes a workflow.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.read.WorkflowReader},
 * {@link dev.holdfast.postgres.read.WorkflowListing}.
 */
@NullMarked
package dev.holdfast.postgres.read;

import org.jspecify.annotations.NullMarked;

/**
 * The PostgreSQL store. Users know {@link dev.holdfast.postgres.PostgresHoldfast},
 * {@link dev.holdfast.postgres.PostgresConfig}, {@link dev.holdfast.postgres.Migrations} and
 * {@link dev.holdfast.postgres.connect}; the rest is inside.
 *
 * <p>The way of a checkpoint: {@code WorkflowMailbox} → {@code CheckpointQueue} → {@code Batch} → {@code Writer} →
 * {@code FlushCall} → {@code holdfast.flush} in the database.
 */
@NullMarked
package dev.holdfast.postgres;

import org.jspecify.annotations.NullMarked;

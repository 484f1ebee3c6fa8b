/**
 * The entry point for programs, and the store on PostgreSQL that it opens.
 *
 * <p>What may enter: {@link dev.holdfast.postgres.PostgresHoldfast} and the composition of the packages below. Users
 * also import {@link dev.holdfast.postgres.connect}, {@link dev.holdfast.postgres.schema.Migrations} and
 * {@link dev.holdfast.postgres.embedded}; all else is internal.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.PostgresHoldfast}. A checkpoint travels {@code WorkflowMailbox} →
 * {@code CheckpointQueue} → {@code Batch} → {@code Writer} → {@code FlushCall} → {@code holdfast.flush}, all in
 * {@code checkpoint}.
 */
@NullMarked
package dev.holdfast.postgres;

import org.jspecify.annotations.NullMarked;

/**
 * The storage port: the interface between the engine and a store. The PostgreSQL store and the in-memory store
 * implement it; only the engine calls it.
 *
 * <p>What may enter: Interfaces of the port and the records that cross it. No logic of the engine, no SQL.
 *
 * <p>Where to begin: {@link dev.holdfast.spi.Store}, then {@link dev.holdfast.spi.Mailbox} and
 * {@link dev.holdfast.spi.WorkflowWrite}.
 */
@NullMarked
package dev.holdfast.spi;

import org.jspecify.annotations.NullMarked;

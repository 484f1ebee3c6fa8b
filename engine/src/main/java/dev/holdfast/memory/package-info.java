/**
 * A store in the memory of a process, with the same contract as the PostgreSQL store. For tests, and for nodes without
 * a database.
 *
 * <p>What may enter: Code that replaces a database. It imports {@link dev.holdfast.spi}; only
 * {@link dev.holdfast.memory.MemoryHoldfast} imports the engine, for its builder.
 *
 * <p>Where to begin: {@link dev.holdfast.memory.MemoryHoldfast} to run workflows,
 * {@link dev.holdfast.memory.MemoryStore} to read the code.
 */
@NullMarked
package dev.holdfast.memory;

import org.jspecify.annotations.NullMarked;

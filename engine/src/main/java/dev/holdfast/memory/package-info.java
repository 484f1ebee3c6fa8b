/**
 * A store in the memory of a process, with the same contract as the PostgreSQL store. For tests, and for nodes that
 * keep nothing.
 *
 * <p>What may enter: Code that stores what a database would store. It knows {@link dev.holdfast.spi}; of the engine,
 * {@link dev.holdfast.memory.MemoryHoldfast} alone knows the builder.
 *
 * <p>Where to begin: {@link dev.holdfast.memory.MemoryHoldfast} to run workflows,
 * {@link dev.holdfast.memory.MemoryStore} to read the code.
 */
@NullMarked
package dev.holdfast.memory;

import org.jspecify.annotations.NullMarked;

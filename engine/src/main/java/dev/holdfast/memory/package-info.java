/**
 * A store in the memory of a process, with the same contract as the PostgreSQL store. For tests, and for nodes that
 * keep nothing.
 *
 * <p>What may enter: Code that keeps what a database would keep. It knows {@link dev.holdfast.spi}, not the engine.
 *
 * <p>Where to begin: {@link dev.holdfast.memory.MemoryStore} on a {@link dev.holdfast.memory.MemoryDatabase}.
 */
@NullMarked
package dev.holdfast.memory;

import org.jspecify.annotations.NullMarked;

/**
 * Moves workflows that outlive their era to a later one, so that the era can be dropped.
 *
 * <p>What may enter: The engine's part of retention. The store decides which workflows expire.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.retention.EraRehoming}.
 */
@NullMarked
package dev.holdfast.engine.retention;

import org.jspecify.annotations.NullMarked;

/**
 * Fencing: which connection of which incarnation may write. See {@code docs/decisions/0002-writer-and-fencing.md}.
 *
 * <p>What may enter: {@code holdfast.fence}, incarnations, and connections that carry a fence token.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.fence.FenceToken}.
 */
@NullMarked
package dev.holdfast.postgres.fence;

import org.jspecify.annotations.NullMarked;

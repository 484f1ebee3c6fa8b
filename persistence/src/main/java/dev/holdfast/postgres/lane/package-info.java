/**
 * Lanes: the connections of a node in whose transactions the bodies of transactional steps run. See
 * {@code docs/decisions/0033-transactional-steps.md}.
 *
 * <p>What may enter: Code between a body and the commit of its outcome. What users write is in
 * {@code dev.holdfast.postgres}.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.lane.Lanes}, then {@link dev.holdfast.postgres.lane.Lane}.
 */
@NullMarked
package dev.holdfast.postgres.lane;

import org.jspecify.annotations.NullMarked;

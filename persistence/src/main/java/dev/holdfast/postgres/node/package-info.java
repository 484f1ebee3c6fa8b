/**
 * One process as a node: joins, and opens and closes everything that belongs to an incarnation.
 *
 * <p>What may enter: Composition and life cycle. Behaviour belongs in the packages that it composes.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.node.NodeSession}, then
 * {@link dev.holdfast.postgres.node.NodeRuntime}.
 */
@NullMarked
package dev.holdfast.postgres.node;

import org.jspecify.annotations.NullMarked;

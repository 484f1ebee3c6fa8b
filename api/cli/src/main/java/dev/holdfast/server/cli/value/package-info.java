/**
 * The values that options and parameters of commands take.
 *
 * <p>What may enter: Checks of values that need no node, and what a shell completes.
 *
 * <p>Where to begin: {@link dev.holdfast.server.cli.value.Values}.
 */
@NullMarked
package dev.holdfast.server.cli.value;

import org.jspecify.annotations.NullMarked;

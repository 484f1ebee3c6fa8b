/**
 * Tables, terminal drawing and JSON values as people read them.
 *
 * <p>What may enter: Formatting. It calls no node.
 *
 * <p>Where to begin: {@link dev.holdfast.server.cli.output.Table}.
 */
@NullMarked
package dev.holdfast.server.cli.output;

import org.jspecify.annotations.NullMarked;

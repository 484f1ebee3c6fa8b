/** Nodes that are killed, cut off and started again, and what must hold whatever happens to them. */
@NullMarked
package dev.holdfast.samples.crash;

import org.jspecify.annotations.NullMarked;

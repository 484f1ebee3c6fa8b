/** Nodes that are killed, disconnected and restarted, and the invariants after that. */
@NullMarked
package dev.holdfast.samples.crash;

import org.jspecify.annotations.NullMarked;

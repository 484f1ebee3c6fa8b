/** {@code ./holdfast bench}: the engine beside the raw ceiling of the same machine, in one run. */
@NullMarked
package dev.holdfast.samples.bench;

import org.jspecify.annotations.NullMarked;

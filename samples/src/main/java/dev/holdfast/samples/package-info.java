/** Workflows to read first, and to test, torture and measure with: the order saga and the probes. */
@NullMarked
package dev.holdfast.samples;

import org.jspecify.annotations.NullMarked;

/**
 * The samples, and the main class that adds them to the command line.
 *
 * <p>What may enter: Workflows that people read to learn. Probes belong in {@code probe}.
 *
 * <p>Where to begin: {@link dev.holdfast.samples.OrderSaga}.
 */
@NullMarked
package dev.holdfast.samples;

import org.jspecify.annotations.NullMarked;

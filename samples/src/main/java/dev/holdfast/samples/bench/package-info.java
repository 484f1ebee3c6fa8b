/**
 * The benchmark command.
 *
 * <p>What may enter: Load, measurement, and the raw ceiling measured in the same run.
 *
 * <p>Where to begin: {@link dev.holdfast.samples.bench.BenchCommand}.
 */
@NullMarked
package dev.holdfast.samples.bench;

import org.jspecify.annotations.NullMarked;

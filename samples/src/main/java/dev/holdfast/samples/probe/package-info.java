/**
 * Probe workflows: one pack for tests, torture runs, benchmarks and outside checks.
 *
 * <p>What may enter: Workflows whose names and JSON are fixed, and the ledger of what really ran.
 *
 * <p>Where to begin: {@link dev.holdfast.samples.probe.StepsProbe}.
 */
@NullMarked
package dev.holdfast.samples.probe;

import org.jspecify.annotations.NullMarked;

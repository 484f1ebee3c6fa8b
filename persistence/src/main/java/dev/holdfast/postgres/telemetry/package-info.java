/**
 * The counters and histograms of the store.
 *
 * <p>What may enter: Instruments only. Gauges that read a running node are in {@code node}.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.telemetry.StoreMetrics}.
 */
@NullMarked
package dev.holdfast.postgres.telemetry;

import org.jspecify.annotations.NullMarked;

/**
 * Random workflows on an engine whose threads take turns on one thread, in an order that a seed decides. A schedule
 * with the same seed runs the same way each time.
 */
@NullMarked
package dev.holdfast.simulation;

import org.jspecify.annotations.NullMarked;

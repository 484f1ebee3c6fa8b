/**
 * The composition of the engine: wires the packages below it into one node. Internal; users hold it as
 * {@link dev.holdfast.Holdfast}.
 *
 * <p>What may enter: Wiring and the facade. Behaviour belongs in {@code execution}, {@code history}, {@code dispatch},
 * {@code retention} or {@code telemetry}.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.Engine}.
 */
@NullMarked
package dev.holdfast.engine;

import org.jspecify.annotations.NullMarked;

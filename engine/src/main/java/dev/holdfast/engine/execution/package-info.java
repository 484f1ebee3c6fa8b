/**
 * Runs one loaded workflow: replays its history, runs its steps, records events and outcomes.
 *
 * <p>What may enter: Code that runs on, or for, the thread of one workflow. Everything about many workflows belongs in
 * {@code dispatch}.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.execution.Execution}, then
 * {@link dev.holdfast.engine.execution.StepRunner}.
 */
@NullMarked
package dev.holdfast.engine.execution;

import org.jspecify.annotations.NullMarked;

/**
 * Decides which workflows are loaded, and passes submissions, operator actions and results between callers, the store
 * and executions.
 *
 * <p>What may enter: Code about many workflows of one node. It starts executions, but does not know how they run.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.dispatch.Dispatcher}, then
 * {@link dev.holdfast.engine.dispatch.WorkPoller} and {@link dev.holdfast.engine.dispatch.Inbox}.
 */
@NullMarked
package dev.holdfast.engine.dispatch;

import org.jspecify.annotations.NullMarked;

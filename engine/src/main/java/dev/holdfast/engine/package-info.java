/**
 * Inside of the engine: runs workflows, replays their log, checkpoints their steps. Not an API, but for
 * {@link dev.holdfast.engine.Engine}, which starts it.
 */
@NullMarked
package dev.holdfast.engine;

import org.jspecify.annotations.NullMarked;

/**
 * The log of the process, as text or JSON.
 *
 * <p>What may enter: Encoders of log lines and their set-up.
 *
 * <p>Where to begin: {@link dev.holdfast.server.log.LogLines}.
 */
@NullMarked
package dev.holdfast.server.log;

import org.jspecify.annotations.NullMarked;

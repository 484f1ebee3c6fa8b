/**
 * Deletes ended workflows when their retention is over, row by row or with their era.
 *
 * <p>What may enter: Rules, expiry, removal of eras. Rehoming itself is a write of the owner, in {@code checkpoint}.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.retention.Retention}.
 */
@NullMarked
package dev.holdfast.postgres.retention;

import org.jspecify.annotations.NullMarked;

/**
 * The form of a log record in the database: event codes, columns, mapping.
 *
 * <p>What may enter: Rules on which the writer and the readers must agree. A new kind of event starts here.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.log.EventCodec}.
 */
@NullMarked
package dev.holdfast.postgres.log;

import org.jspecify.annotations.NullMarked;

package dev.holdfast.postgres;

import dev.holdfast.spi.Entry;
import org.jspecify.annotations.Nullable;

/**
 * A log record about to be written: an outcome, an event, or both.
 *
 * @param recordId random; tells a record of ours from one that somebody else put in the same place
 */
record Row(int seq, long recordId, Entry.@Nullable Outcome outcome, Entry.@Nullable Event event) {}

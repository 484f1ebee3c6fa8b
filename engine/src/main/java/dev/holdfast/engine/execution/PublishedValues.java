package dev.holdfast.engine.execution;

import dev.holdfast.Codec;
import dev.holdfast.spi.HistoryEvent.Published;
import dev.holdfast.spi.LogRecord;
import java.util.HashSet;
import java.util.Set;

/**
 * The checks of what a workflow publishes. Knows all names that the log has, so that what was refused for its name is
 * refused again on a replay. Safe for all threads.
 */
final class PublishedValues {
    private static final int BYTES_MAX = 64 << 10;
    private static final int NAMES_MAX = 100;

    /** Of values that no wait of the code has written yet, at most. */
    private static final int HELD_BYTES_MAX = 128 << 10;

    private final Values values;
    private final Set<String> names = new HashSet<>();
    private int heldBytes;

    /** {@code recorded} are the names that the log has. */
    PublishedValues(Codec codec, Set<String> recorded) {
        this.values = new Values(codec, BYTES_MAX);
        this.names.addAll(recorded);
    }

    /** Counts a name. Throws {@link IllegalStateException} if it is one too many. */
    synchronized void count(String name) {
        if (names.size() == NAMES_MAX && !names.contains(name)) {
            throw new IllegalStateException("publish of \"" + name + "\": this workflow has published under "
                    + NAMES_MAX
                    + " names, which is the limit; publish under the same names again, or one value that has the"
                    + " others as members");
        }
        names.add(name);
    }

    /**
     * Whether a value may be written with what follows. False now and then: code that publishes in a loop, and waits
     * for nothing, would fill the memory.
     */
    synchronized boolean mayWait(Published event) {
        heldBytes += LogRecord.FIXED_BYTES + event.payloadBytes();
        if (heldBytes <= HELD_BYTES_MAX) {
            return true;
        }
        heldBytes = 0;
        return false;
    }

    /** Encodes a value. Throws as {@link Values#encode}. */
    byte[] encode(String name, Object value) {
        return values.encode(() -> "the value published as \"" + name + "\"", value);
    }
}

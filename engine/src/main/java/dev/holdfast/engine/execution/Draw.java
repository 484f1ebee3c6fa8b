package dev.holdfast.engine.execution;

import dev.holdfast.spi.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * A value that the code draws: derived, so that every run of the same code draws the same. It depends on the next
 * recorded call, not counting markers, and on how many were drawn since the last one, so that other changes of the code
 * do not change it. Immutable.
 *
 * @param run of the workflow, from 1
 * @param next the position that the next recorded call would have if there were no markers
 * @param number of the draw at that position, from 0
 */
record Draw(UUID uid, int run, Position next, int number) {
    /** Returns a UUID of version 8 (RFC 9562, section 5.8). */
    UUID uuid() {
        return DerivedUuid.of(seed("uuid"));
    }

    /** Returns a generator whose algorithm is part of the documentation of {@link Random}, and so stays as it is. */
    RandomGenerator random() {
        return new Random(DerivedUuid.of(seed("random")).getMostSignificantBits());
    }

    private byte[] seed(String what) {
        byte[] text = (what + "\n" + next.branch()).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 * Long.BYTES + 3 * Integer.BYTES + text.length)
                .putLong(uid.getMostSignificantBits())
                .putLong(uid.getLeastSignificantBits())
                .putInt(run)
                .putInt(next.index())
                .putInt(number)
                .put(text)
                .array();
    }
}

package dev.holdfast.postgres.log;

import dev.holdfast.spi.Position;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events of a batch of records, column by column, as in holdfast.log. A column that no event uses stays null. One
 * thread.
 */
public final class EventColumns {
    private final short[] codes;
    private final int[] positions;
    private final int[] attempts;
    private final @Nullable String[] names;
    private final @Nullable UUID[] keys;
    private final byte[] @Nullable [] details;
    private @Nullable String @Nullable [] branches;
    private @Nullable Integer @Nullable [] compensates;
    private @Nullable Long @Nullable [] sentMicros;

    /** For this many records. */
    public EventColumns(int size) {
        codes = new short[size];
        positions = new int[size];
        Arrays.fill(positions, EventCodec.NO_POSITION);
        attempts = new int[size];
        names = new @Nullable String[size];
        keys = new @Nullable UUID[size];
        details = new byte[size][];
    }

    void code(int i, short code) {
        codes[i] = code;
    }

    void position(int i, Position position) {
        positions[i] = position.index();
        String branch = EventCodec.branch(position);
        if (branch != null) {
            branches = branches == null ? new @Nullable String[codes.length] : branches;
            branches[i] = branch;
        }
    }

    void attempt(int i, int attempt) {
        attempts[i] = attempt;
    }

    void name(int i, String name) {
        names[i] = name;
    }

    void key(int i, UUID key) {
        keys[i] = key;
    }

    void compensates(int i, int index) {
        compensates = compensates == null ? new @Nullable Integer[codes.length] : compensates;
        compensates[i] = index;
    }

    void detail(int i, byte[] detail) {
        details[i] = detail;
    }

    void sentAt(int i, Instant time) {
        sentMicros = sentMicros == null ? new @Nullable Long[codes.length] : sentMicros;
        sentMicros[i] = ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** {@code event}. */
    public short[] codes() {
        return codes;
    }

    /** {@code event_position}, -1 where there is none. */
    public int[] positions() {
        return positions;
    }

    /** {@code event_attempt}. */
    public int[] attempts() {
        return attempts;
    }

    /** {@code event_branch}. */
    public @Nullable String @Nullable [] branches() {
        return branches;
    }

    /** {@code name}. */
    public @Nullable String[] names() {
        return names;
    }

    /** {@code idempotency_key}. */
    public @Nullable UUID[] keys() {
        return keys;
    }

    /** {@code compensates_position}. */
    public @Nullable Integer @Nullable [] compensates() {
        return compensates;
    }

    /** {@code detail}. */
    public byte[] @Nullable [] details() {
        return details;
    }

    /** {@code sent_at}, in microseconds since 1970. */
    public @Nullable Long @Nullable [] sentMicros() {
        return sentMicros;
    }
}

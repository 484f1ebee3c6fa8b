package dev.holdfast.engine.execution;

import dev.holdfast.spi.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Makes the idempotency key of a step: the first 128 bits of SHA-256 over (uid, run, index, branch) as a UUID of
 * version 8 (RFC 9562, section 5.8). The same for every attempt, on every node, for ever.
 */
final class IdempotencyKey {
    private IdempotencyKey() {}

    /** Makes the key; {@code run} is the run of the workflow, from 1. */
    static UUID of(UUID uid, int run, Position position) {
        byte[] path = position.branch().getBytes(StandardCharsets.UTF_8);
        ByteBuffer name = ByteBuffer.allocate(2 * Long.BYTES + 2 * Integer.BYTES + path.length)
                .putLong(uid.getMostSignificantBits())
                .putLong(uid.getLeastSignificantBits())
                .putInt(run)
                .putInt(position.index())
                .put(path);
        ByteBuffer hash = ByteBuffer.wrap(sha256().digest(name.array()));
        long high = hash.getLong() & ~0xF000L | 0x8000L;
        long low = hash.getLong() & ~(3L << 62) | 1L << 63;
        return new UUID(high, low);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package dev.holdfast.engine.execution;

import dev.holdfast.spi.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
        return DerivedUuid.of(name.array());
    }
}

package dev.holdfast.engine.execution;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Makes UUIDs of version 8 (RFC 9562, section 5.8) from the first 128 bits of SHA-256. Stateless. */
final class DerivedUuid {
    private DerivedUuid() {}

    static UUID of(byte[] name) {
        ByteBuffer hash = ByteBuffer.wrap(sha256().digest(name));
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

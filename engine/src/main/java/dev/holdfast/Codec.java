package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Converts values to stored bytes and back. Users who do not want {@link dev.holdfast.json.JacksonCodec} pass their own
 * to {@link Holdfast.Builder#codec}. The engine calls it on threads of workflows and of submitters, so it must be safe
 * for all threads. {@code null} is a value like any other, and stored as such.
 */
public interface Codec {
    /** Encodes a value. Throws {@link InvalidInputException} for a value that cannot be written. */
    byte[] encode(@Nullable Object value, TypeToken<?> type);

    /** Decodes a stored value tolerantly, so that unknown members are skipped. Throws {@link UndecodableException}. */
    <T> @Nullable T decode(byte[] bytes, TypeToken<T> type);

    /**
     * Decodes a value from outside strictly, so that unknown members and values of a wrong type are refused. Throws
     * {@link InvalidInputException} that names the member.
     */
    <T> @Nullable T decodeStrictly(byte[] bytes, TypeToken<T> type);

    /**
     * Tells whether every value of this type is equal to what {@link #decode} makes of its bytes, also in its class and
     * its order. The engine gives workflows the decoded value, as after a restart; for such types it skips the
     * decoding.
     */
    default boolean roundTrips(TypeToken<?> type) {
        return false;
    }

    /**
     * Computes 32 bytes that are equal for equal inputs, however they are spelled. Two submissions under one key are
     * the same if their digests are equal. Throws {@link InvalidInputException}.
     */
    byte[] digest(byte[] bytes);
}

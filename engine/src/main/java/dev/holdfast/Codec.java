package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Turns values into stored bytes and back. Called by the engine on workflow threads and on submitters' threads; must be
 * safe for all of them. {@link JacksonCodec} is the one that comes along.
 */
public interface Codec {
    /** The bytes of a value. Throws {@link InvalidInputException} when it has none. */
    byte[] encode(@Nullable Object value, TypeToken<?> type);

    /** A stored value, read back tolerantly. Throws {@link UndecodableException}. */
    <T> @Nullable T decode(byte[] bytes, TypeToken<T> type);

    /** A value from outside, checked strictly. Throws {@link InvalidInputException} naming the member that is wrong. */
    <T> @Nullable T decodeStrictly(byte[] bytes, TypeToken<T> type);

    /** 32 bytes that are equal for inputs that mean the same, whatever their spelling. */
    byte[] digest(byte[] bytes);
}

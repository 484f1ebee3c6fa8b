package dev.holdfast.engine.execution;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.TooLargeException;
import dev.holdfast.TypeToken;
import dev.holdfast.UndecodableException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Encodes inputs, values of steps and results, and refuses what could not be read again. Immutable, safe for all
 * threads.
 *
 * @param bytesMax the size of an encoded value
 */
public record Values(Codec codec, int bytesMax) {
    /**
     * An encoded value.
     *
     * @param value what the bytes say, and so what code gets now and after a restart
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Encoded<T>(byte[] bytes, @Nullable T value) {}

    /**
     * Encodes a value, and decodes it again unless that cannot change it; {@code what} names it in messages. Throws
     * {@link TooLargeException}, and {@link InvalidInputException} if it cannot be written or read again.
     */
    public <T> Encoded<T> encode(Supplier<String> what, @Nullable T value, TypeToken<T> type) {
        byte[] bytes = codec.encode(value, type);
        requireRoom(what, bytes);
        return new Encoded<>(bytes, codec.roundTrips(type) ? value : decoded(what, bytes, type));
    }

    /**
     * Encodes a value as one of its class; {@code what} names it in messages. Throws {@link TooLargeException}, and
     * {@link InvalidInputException} if it cannot be written.
     */
    byte[] encode(Supplier<String> what, Object value) {
        byte[] bytes = codec.encode(value, TypeToken.of(value.getClass()));
        requireRoom(what, bytes);
        return bytes;
    }

    private void requireRoom(Supplier<String> what, byte[] bytes) {
        if (bytes.length > bytesMax) {
            throw new TooLargeException(what.get(), bytes.length, bytesMax);
        }
    }

    private <T> @Nullable T decoded(Supplier<String> what, byte[] bytes, TypeToken<T> type) {
        try {
            return codec.decode(bytes, type);
        } catch (UndecodableException e) {
            String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new InvalidInputException(what.get() + " can be written as JSON, but not read again as " + type + ": "
                    + why + "; declare a type that can be read");
        }
    }
}

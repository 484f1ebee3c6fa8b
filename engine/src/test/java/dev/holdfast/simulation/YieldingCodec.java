package dev.holdfast.simulation;

import dev.holdfast.Codec;
import dev.holdfast.TypeToken;
import dev.holdfast.json.JacksonCodec;
import org.jspecify.annotations.Nullable;

/**
 * A codec at whose calls other threads may go on. Not for the store, which decodes while it holds the lock of all data.
 */
final class YieldingCodec implements Codec {
    static final JacksonCodec JSON = new JacksonCodec();

    private final Turns turns;

    YieldingCodec(Turns turns) {
        this.turns = turns;
    }

    @Override
    public byte[] encode(@Nullable Object value, TypeToken<?> type) {
        turns.mayYield();
        return JSON.encode(value, type);
    }

    @Override
    public <T> @Nullable T decode(byte[] bytes, TypeToken<T> type) {
        turns.mayYield();
        return JSON.decode(bytes, type);
    }

    @Override
    public <T> @Nullable T decodeStrictly(byte[] bytes, TypeToken<T> type) {
        turns.mayYield();
        return JSON.decodeStrictly(bytes, type);
    }

    @Override
    public boolean roundTrips(TypeToken<?> type) {
        return JSON.roundTrips(type);
    }

    @Override
    public byte[] digest(byte[] bytes) {
        turns.mayYield();
        return JSON.digest(bytes);
    }
}

package dev.holdfast.engine.history;

import dev.holdfast.Codec;
import dev.holdfast.TypeToken;
import dev.holdfast.UndecodableException;
import dev.holdfast.admin.Failure;

/** Encodes failures for the log, and decodes them. Immutable, safe for all threads. */
public record FailureCodec(Codec codec) {
    private static final TypeToken<Failure> TYPE = TypeToken.of(Failure.class);
    private static final Failure NOTHING_RECORDED = new Failure("", "");

    public byte[] encode(Failure failure) {
        return codec.encode(failure, TYPE);
    }

    /** Decodes a failure; an empty one if {@code null} was recorded. Throws {@link UndecodableException}. */
    public Failure decode(byte[] value) {
        Failure failure = codec.decode(value, TYPE);
        return failure == null ? NOTHING_RECORDED : failure;
    }
}

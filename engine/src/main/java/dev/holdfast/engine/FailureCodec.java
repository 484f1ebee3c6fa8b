package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.Failure;
import dev.holdfast.TypeToken;
import dev.holdfast.UndecodableException;

/** Turns failures into the bytes of an outcome, and back. Immutable, safe for all threads. */
record FailureCodec(Codec codec) {
    private static final TypeToken<Failure> TYPE = TypeToken.of(Failure.class);
    private static final Failure NOTHING_RECORDED = new Failure("", "");

    byte[] encode(Failure failure) {
        return codec.encode(failure, TYPE);
    }

    /** An empty failure where {@code null} was recorded. Throws {@link UndecodableException}. */
    Failure decode(byte[] value) {
        Failure failure = codec.decode(value, TYPE);
        return failure == null ? NOTHING_RECORDED : failure;
    }
}

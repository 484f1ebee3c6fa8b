package dev.holdfast.spi;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import org.jspecify.annotations.Nullable;

/**
 * Checks and encodes submissions and signals by the rules of an engine, and accepts nothing: for stores with a door of
 * their own. Made by the engine; safe for all threads.
 */
public interface SubmissionEncoder {
    /** Encodes a submission. Throws as {@link dev.holdfast.Holdfast#submit} for what that would refuse unseen. */
    <I> EncodedSubmission encode(Definition<I, ?> definition, @Nullable I input, Submission submission);

    /** Encodes the payload of a signal. Throws as {@link dev.holdfast.Holdfast#signal}. */
    <T> byte[] encode(Signal<T> signal, T payload);
}

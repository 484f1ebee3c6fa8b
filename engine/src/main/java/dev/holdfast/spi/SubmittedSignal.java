package dev.holdfast.spi;

/**
 * A signal that is part of a submission. Made by the engine; immutable.
 *
 * @param name of the signal
 * @param key the same for the same signal of a repeated submission
 * @param payload encoded
 */
public record SubmittedSignal(String name, String key, byte[] payload) {
    /** The signal to this workflow. */
    public SignalMessage to(WorkflowKey workflow) {
        return SignalMessage.underKey(workflow, name, key, payload);
    }
}

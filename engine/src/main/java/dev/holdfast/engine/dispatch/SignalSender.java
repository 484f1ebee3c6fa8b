package dev.holdfast.engine.dispatch;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.TooLargeException;
import dev.holdfast.UnknownCallbackException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.admin.Names;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.CallbackTokens;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.SubmittedSignal;
import dev.holdfast.spi.WorkflowKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sends signals to the inboxes of workflows, whichever node owns them. Safe for all threads. */
public final class SignalSender {
    private final Store store;
    private final Codec codec;
    private final int bytesMax;
    private final CallbackTokens callbacks;
    private final CallbackLimits limits = new CallbackLimits(System::nanoTime);
    private final Runnable wake;

    /**
     * For payloads of at most {@code bytesMax}. {@code wake} makes this node poll the inbox, in case it is the owner.
     */
    public SignalSender(Store store, Codec codec, int bytesMax, CallbackTokens callbacks, Runnable wake) {
        this.store = store;
        this.codec = codec;
        this.bytesMax = bytesMax;
        this.callbacks = callbacks;
        this.wake = wake;
    }

    /** Sends a signal under a key, as {@link dev.holdfast.Holdfast#signal} does; returns its id. */
    public <T> String send(String workflowId, Signal<T> signal, T payload, String key) {
        return append(workflowId, signal.name(), encode(signal, payload), key);
    }

    /** Sends a signal whose payload is JSON, as {@link dev.holdfast.Holdfast#signalJson} does; returns its id. */
    public String sendJson(String workflowId, String name, byte[] payload, String key) {
        byte[] unused = codec.digest(payload); // refuses what is no JSON
        requireAllowed(payload);
        return append(workflowId, name, payload, key);
    }

    private String append(String workflowId, String name, byte[] payload, String key) {
        store.ownership().requireAdopted();
        Names.requireSignal(name);
        Names.requireKey("key", key);
        WorkflowKey place = store.locate(workflowId).orElseThrow(() -> new UnknownWorkflowException(workflowId));
        SignalMessage message = SignalMessage.underKey(place, name, key, payload);
        send(workflowId, message);
        wake.run();
        return message.id().toString();
    }

    /** Sends the answer to a callback, as {@link dev.holdfast.Holdfast#acceptCallback} does; returns its id. */
    public String answer(String token, byte[] payload) {
        CallbackTokens.Target callback = callbacks.read(token).orElseThrow(UnknownCallbackException::new);
        byte[] unused = codec.digest(payload); // refuses what is no JSON
        requireAllowed(payload);
        store.ownership().requireAdopted();
        try {
            // All answers have one id, so that the first one counts, and a repeat is none.
            SignalMessage message =
                    SignalMessage.underKey(callback.workflow(), callback.signal(), callback.signal(), payload);
            limits.count(message.id());
            if (store.send(message).isPresent()) {
                throw new UnknownCallbackException();
            }
            wake.run();
            return message.id().toString();
        } catch (UnknownWorkflowException e) {
            throw new UnknownCallbackException();
        }
    }

    private void send(String workflowId, SignalMessage message) {
        Optional<WorkflowStatus> ended = store.send(message);
        if (ended.isPresent()) {
            throw new WorkflowEndedException(workflowId, ended.orElseThrow());
        }
    }

    <T> byte[] encode(Signal<T> signal, T payload) {
        if (payload == null) {
            throw new InvalidInputException("the payload of a signal is null: expected a " + signal.type());
        }
        byte[] encoded = codec.encode(payload, signal.type());
        requireAllowed(encoded);
        return encoded;
    }

    private void requireAllowed(byte[] payload) {
        if (payload.length > bytesMax) {
            throw new TooLargeException("the payload of the signal", payload.length, bytesMax);
        }
        // No signal has a type that null fits, so the await would park the workflow.
        if (new String(payload, StandardCharsets.UTF_8).strip().equals("null")) {
            throw new InvalidInputException("the payload of the signal is null: expected a value");
        }
    }

    /** Checks and encodes the signals of a submission. */
    List<SubmittedSignal> encode(Submission submission) {
        List<SubmittedSignal> encoded = new ArrayList<>();
        for (Submission.Attached<?> attached : submission.signals()) {
            encoded.add(encode(attached, "submission-" + encoded.size()));
        }
        return encoded;
    }

    private <T> SubmittedSignal encode(Submission.Attached<T> attached, String key) {
        return new SubmittedSignal(attached.signal().name(), key, encode(attached.signal(), attached.payload()));
    }

    /** Sees to the signals of an accepted submission. Those of a new workflow lie in its inbox already. */
    void accepted(SubmissionHandler.Accepted accepted, List<SubmittedSignal> signals) {
        if (accepted.joined()) {
            signals.forEach(signal -> send(accepted.id(), signal.to(accepted.key())));
        }
        if (!signals.isEmpty()) {
            wake.run();
        }
    }
}

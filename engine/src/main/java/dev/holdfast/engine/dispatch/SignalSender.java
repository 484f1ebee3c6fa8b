package dev.holdfast.engine.dispatch;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Signal;
import dev.holdfast.TooLargeException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.admin.Names;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** Sends signals to the inboxes of workflows, whichever node owns them. Safe for all threads. */
public final class SignalSender {
    private final Store store;
    private final Codec codec;
    private final int bytesMax;
    private final Runnable wake;

    /**
     * For payloads of at most {@code bytesMax}. {@code wake} makes this node poll the inbox, in case it is the owner.
     */
    public SignalSender(Store store, Codec codec, int bytesMax, Runnable wake) {
        this.store = store;
        this.codec = codec;
        this.bytesMax = bytesMax;
        this.wake = wake;
    }

    /** Sends a signal under a key, as {@link dev.holdfast.Holdfast#signal} does; returns its id. */
    public <T> String send(String workflowId, Signal<T> signal, T payload, String key) {
        if (payload == null) {
            throw new InvalidInputException("the payload of a signal is null: expected a " + signal.type());
        }
        return append(workflowId, signal.name(), codec.encode(payload, signal.type()), key);
    }

    /** Sends a signal whose payload is JSON, as {@link dev.holdfast.Holdfast#signalJson} does; returns its id. */
    public String sendJson(String workflowId, String name, byte[] payload, String key) {
        byte[] unused = codec.digest(payload); // refuses what is no JSON
        return append(workflowId, name, payload, key);
    }

    private String append(String workflowId, String name, byte[] payload, String key) {
        if (payload.length > bytesMax) {
            throw new TooLargeException("the payload of the signal", payload.length, bytesMax);
        }
        store.ownership().requireAdopted();
        Names.requireSignal(name);
        Names.requireKey("key", key);
        requireValue(payload);
        WorkflowKey place = store.locate(workflowId).orElseThrow(() -> new UnknownWorkflowException(workflowId));
        UUID id = UUID.nameUUIDFromBytes((place.uid() + "\n" + name + "\n" + key).getBytes(StandardCharsets.UTF_8));
        Optional<WorkflowStatus> ended = store.send(SignalMessage.unsent(place, id, name, payload));
        if (ended.isPresent()) {
            throw new WorkflowEndedException(workflowId, ended.orElseThrow());
        }
        wake.run();
        return id.toString();
    }

    /** No signal has a type that null fits, so the await would park the workflow. */
    private static void requireValue(byte[] json) {
        if (new String(json, StandardCharsets.UTF_8).strip().equals("null")) {
            throw new InvalidInputException("the payload of the signal is null: expected a value");
        }
    }
}

package dev.holdfast.engine.dispatch;

import dev.holdfast.InvalidInputException;
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
    private final Runnable wake;

    /** {@code wake} makes this node poll the inbox, in case it is the owner. */
    public SignalSender(Store store, Runnable wake) {
        this.store = store;
        this.wake = wake;
    }

    /** Sends a signal under a key, as {@link dev.holdfast.Holdfast#signal} does; returns its id. */
    public String send(String workflowId, String name, byte[] payload, String key) {
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

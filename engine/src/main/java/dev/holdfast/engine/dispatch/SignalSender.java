package dev.holdfast.engine.dispatch;

import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.admin.Names;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
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
        WorkflowKey place = store.locate(workflowId).orElseThrow(() -> new UnknownWorkflowException(workflowId));
        WorkflowStatus status = store.find(place)
                .map(WorkflowSummary::status)
                .orElseThrow(() -> new UnknownWorkflowException(workflowId));
        UUID id = UUID.nameUUIDFromBytes((place.uid() + "\n" + name + "\n" + key).getBytes(StandardCharsets.UTF_8));
        if (status.isFinal()) {
            SignalMessage again = new SignalMessage(place, id, name, payload, Instant.EPOCH);
            if (store.received(List.of(again)).isEmpty()) {
                throw new WorkflowEndedException(workflowId, status);
            }
        } else {
            store.send(place, id, name, payload);
            wake.run();
        }
        return id.toString();
    }
}

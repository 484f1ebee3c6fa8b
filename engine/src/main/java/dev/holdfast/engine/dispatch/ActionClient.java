package dev.holdfast.engine.dispatch;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.HoldfastException;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.telemetry.EngineMetrics;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Requests actions from the owners of workflows, on any node, and waits for the results. Safe for all threads. */
public final class ActionClient {
    private final Store store;
    private final LocalWaiters<UUID, ActionResult> waiters;
    private final Runnable wake;
    private final EngineMetrics metrics;

    /** {@code wake} makes this node poll the inbox, in case it is the owner. */
    public ActionClient(Store store, LocalWaiters<UUID, ActionResult> waiters, Runnable wake, EngineMetrics metrics) {
        this.store = store;
        this.waiters = waiters;
        this.wake = wake;
        this.metrics = metrics;
    }

    /** Requests an action on a workflow, as {@link dev.holdfast.admin.Admin#cancel} does. */
    public Optional<WorkflowStatus> requestOnWorkflow(
            ActionKind kind, WorkflowKey key, String id, ActionOptions options, Duration wait) {
        WorkflowSummary now = store.find(key).orElseThrow(() -> new UnknownWorkflowException(id));
        OperatorAction action = OperatorAction.of(key, kind, id, 0, options);
        if (now.status().isFinal() != kind.ofEnded() && decided(action).isEmpty()) {
            throw refused(action, id, now.status());
        }
        return request(action, options, id, wait);
    }

    /** Requests RETRY or DISCARD of a dead letter, as {@link dev.holdfast.admin.Admin#retry} does. */
    public Optional<WorkflowStatus> requestOnDeadLetter(
            ActionKind kind, String letterId, ActionOptions options, Duration wait) {
        DeadLetterId place = place(letterId);
        DeadLetter letter = letter(letterId);
        WorkflowKey key = place.key();
        int seq = place.seq();
        OperatorAction action = OperatorAction.of(key, kind, letter.id(), seq, options);
        if (!letter.open() && decided(action).isEmpty()) {
            WorkflowStatus now = store.find(key).map(WorkflowSummary::status).orElse(WorkflowStatus.RUNNING);
            throw refused(action, letter.workflowId(), now);
        }
        return request(action, options, letter.workflowId(), wait);
    }

    /** Reads a dead letter. Throws {@link UnknownDeadLetterException}. */
    public DeadLetter letter(String id) {
        DeadLetterId place = place(id);
        return store.admin().deadLetter(place.key(), place.seq()).orElseThrow(() -> new UnknownDeadLetterException(id));
    }

    private DeadLetterId place(String id) {
        return store.admin().locateLetter(id).orElseThrow(() -> new UnknownDeadLetterException(id));
    }

    /** Completes the callers that wait for results that other nodes have recorded. */
    public void poll() {
        Set<UUID> awaited = waiters.waitedFor();
        if (!awaited.isEmpty()) {
            store.results(awaited).forEach(waiters::complete);
        }
    }

    private Optional<WorkflowStatus> request(
            OperatorAction action, ActionOptions options, String workflowId, Duration wait) {
        store.request(action, options.context());
        wake.run();
        Optional<ActionResult> result = waiters.await(action.id(), wait, () -> decided(action));
        if (result.isPresent() && !result.orElseThrow().applied()) {
            throw refusal(action, workflowId, result.orElseThrow().status());
        }
        metrics.decided(action.kind(), result.isPresent() ? "applied" : "pending");
        return result.map(ActionResult::status);
    }

    private Optional<ActionResult> decided(OperatorAction action) {
        return Optional.ofNullable(store.results(List.of(action.id())).get(action.id()));
    }

    /**
     * Returns the error for a refused action. A workflow or letter that was deleted meanwhile is unknown, not refused.
     */
    private HoldfastException refusal(OperatorAction action, String workflowId, WorkflowStatus status) {
        HoldfastException refused = refused(action, workflowId, status);
        if (store.find(action.key()).isPresent()) {
            return refused;
        }
        return switch (action.kind()) {
            case CANCEL, TERMINATE, ERASE, SCRUB -> new UnknownWorkflowException(workflowId);
            case RETRY, DISCARD -> new UnknownDeadLetterException(action.target());
        };
    }

    private ActionRefusedException refused(OperatorAction action, String workflowId, WorkflowStatus status) {
        metrics.decided(action.kind(), "refused");
        String why = switch (action.kind()) {
            case CANCEL ->
                status.isFinal()
                        ? "it has ended"
                        : "its code reached no step at which it could be cancelled; terminate or discard it";
            case TERMINATE -> "it has ended";
            case RETRY, DISCARD -> "this dead letter is closed";
            case ERASE, SCRUB -> "it has not ended; terminate it first";
        };
        return new ActionRefusedException(action.verb(), workflowId, status, why);
    }
}

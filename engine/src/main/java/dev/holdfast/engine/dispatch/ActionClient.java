package dev.holdfast.engine.dispatch;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.HoldfastException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.StepInDoubtException;
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
import java.util.function.Supplier;

/** Requests actions from the owners of workflows, on any node, and waits for the results. Safe for all threads. */
public final class ActionClient {
    private final Store store;
    private final LocalWaiters<UUID, ActionResult> waiters;
    private final Runnable wake;
    private final EngineMetrics metrics;

    /** The place of a workflow, and its status when it was found. */
    private record Located(WorkflowKey key, WorkflowStatus status) {}

    /** {@code wake} makes this node poll the inbox, in case it is the owner. */
    public ActionClient(Store store, LocalWaiters<UUID, ActionResult> waiters, Runnable wake, EngineMetrics metrics) {
        this.store = store;
        this.waiters = waiters;
        this.wake = wake;
        this.metrics = metrics;
    }

    /** Requests an action on a workflow, as {@link dev.holdfast.admin.Admin#cancel} does. */
    public Optional<WorkflowStatus> requestOnWorkflow(
            ActionKind kind, String id, ActionOptions options, Duration wait) {
        Located workflow = target(kind, id, options, () -> workflow(id));
        OperatorAction action = OperatorAction.of(workflow.key(), kind, id, 0, options);
        if (workflow.status().isFinal() != kind.ofEnded() && decided(action).isEmpty()) {
            throw refusedAtOnce(action, options, id, workflow.status());
        }
        return request(action, options, id, wait);
    }

    /** Requests RETRY, RUN_AGAIN or DISCARD of a dead letter, as {@link dev.holdfast.admin.Admin#retry} does. */
    public Optional<WorkflowStatus> requestOnDeadLetter(
            ActionKind kind, String letterId, ActionOptions options, Duration wait) {
        DeadLetter letter = target(kind, letterId, options, () -> letter(letterId));
        DeadLetterId place = place(letterId);
        WorkflowKey key = place.key();
        int seq = place.seq();
        OperatorAction action = OperatorAction.of(key, kind, letter.id(), seq, options);
        if (letter.open() && kind == ActionKind.RETRY && isInDoubt(letter)) {
            if (decided(action).isEmpty()) {
                store.admin().refuse(action.id(), kind, action.target(), WorkflowStatus.DEAD_LETTERED, options);
            }
            throw inDoubt(action, letter.workflowId());
        }
        if (!letter.open() && decided(action).isEmpty()) {
            WorkflowStatus now = store.find(key).map(WorkflowSummary::status).orElse(WorkflowStatus.RUNNING);
            throw refusedAtOnce(action, options, letter.workflowId(), now);
        }
        return request(action, options, letter.workflowId(), wait);
    }

    /** Finds the target of a request. One that does not exist has refused the request, and the audit says so. */
    private <T> T target(ActionKind kind, String id, ActionOptions options, Supplier<T> lookup) {
        try {
            return lookup.get();
        } catch (UnknownWorkflowException | UnknownDeadLetterException | InvalidInputException e) {
            store.admin().refuse(OperatorAction.idWithoutTarget(kind, id, options), kind, id, null, options);
            throw e;
        }
    }

    private Located workflow(String id) {
        return store.locate(id)
                .flatMap(key -> store.find(key).map(now -> new Located(key, now.status())))
                .orElseThrow(() -> new UnknownWorkflowException(id));
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

    /** As {@link #refused}, for a request that does not enter the inbox. */
    private ActionRefusedException refusedAtOnce(
            OperatorAction action, ActionOptions options, String workflowId, WorkflowStatus status) {
        store.admin().refuse(action.id(), action.kind(), action.target(), status, options);
        return refused(action, workflowId, status);
    }

    private Optional<ActionResult> decided(OperatorAction action) {
        return Optional.ofNullable(store.results(List.of(action.id())).get(action.id()));
    }

    /**
     * Returns the error for a refused action. A workflow or letter that was deleted meanwhile is unknown, not refused.
     */
    private HoldfastException refusal(OperatorAction action, String workflowId, WorkflowStatus status) {
        Optional<WorkflowSummary> workflow = store.find(action.key());
        if (action.kind() == ActionKind.CANCEL
                && workflow.flatMap(WorkflowSummary::deadLetter)
                        .filter(id -> isInDoubt(letter(id)))
                        .isPresent()) {
            return inDoubt(action, workflowId);
        }
        HoldfastException refused = refused(action, workflowId, status);
        if (workflow.isPresent()) {
            return refused;
        }
        return switch (action.kind()) {
            case CANCEL, TERMINATE, PAUSE, RESUME, ERASE, SCRUB -> new UnknownWorkflowException(workflowId);
            case RETRY, RUN_AGAIN, DISCARD -> new UnknownDeadLetterException(action.target());
        };
    }

    private static boolean isInDoubt(DeadLetter letter) {
        return letter.cause().equals(DeadLetter.Cause.IN_DOUBT.name());
    }

    private ActionRefusedException inDoubt(OperatorAction action, String workflowId) {
        metrics.decided(action.kind(), "refused");
        return new StepInDoubtException(action.verb(), workflowId);
    }

    private ActionRefusedException refused(OperatorAction action, String workflowId, WorkflowStatus status) {
        metrics.decided(action.kind(), "refused");
        String why = switch (action.kind()) {
            case CANCEL ->
                status.isFinal()
                        ? "it has ended"
                        : "its code reached no step at which it could be cancelled; terminate or discard it";
            case TERMINATE -> "it has ended";
            case PAUSE -> status.isFinal() ? "it has ended" : "only one that is queued, runs or waits can be paused";
            case RESUME -> status.isFinal() ? "it has ended" : "it is not paused";
            case RETRY, RUN_AGAIN, DISCARD -> "this dead letter is closed";
            case ERASE, SCRUB -> "it has not ended; terminate it first";
        };
        return new ActionRefusedException(action.verb(), workflowId, status, why);
    }
}

package dev.holdfast.engine.dispatch;

import dev.holdfast.HoldfastException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.engine.execution.Deadline;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.ExecutionStart;
import dev.holdfast.engine.execution.RegisteredWorkflow;
import dev.holdfast.engine.execution.SubmissionOrigin;
import dev.holdfast.engine.execution.WorkflowIdentity;
import dev.holdfast.engine.telemetry.ActiveSpan;
import dev.holdfast.engine.telemetry.DefinitionMetrics;
import dev.holdfast.engine.telemetry.EngineTelemetry;
import dev.holdfast.engine.telemetry.Tracing;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.SubmittedSignal;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts submissions: returns once they are committed, and starts them on this node if there is room. Safe for all
 * threads.
 */
public final class SubmissionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SubmissionHandler.class);

    private final Store store;
    private final ExecutionEnvironment environment;
    private final Dispatcher dispatcher;
    private final InputComparison inputs;
    private final OpenNode node;
    private final SignalSender signalSender;
    private final CheckedSubmissions checked;

    public SubmissionHandler(
            Store store,
            ExecutionEnvironment environment,
            Dispatcher dispatcher,
            OpenNode node,
            SignalSender signalSender,
            CheckedSubmissions checked) {
        this.checked = checked;
        this.node = node;
        this.signalSender = signalSender;
        this.store = store;
        this.environment = environment;
        this.dispatcher = dispatcher;
        this.inputs = new InputComparison(store, environment.codec());
    }

    /**
     * An accepted workflow.
     *
     * @param joined whether it was there before
     * @param execution the execution, if the workflow was started here just now
     */
    public record Accepted(
            WorkflowKey key,
            String id,
            boolean joined,
            @Nullable Execution execution) {}

    public Accepted accept(Submittable definition, byte[] input, Submission submission) {
        checked.requireRoom(input);
        requireOpen();
        List<SubmittedSignal> signals = signalSender.encode(submission);
        boolean plain = submission.key().isEmpty() && submission.id().isEmpty();
        EngineTelemetry telemetry = environment.telemetry();
        DefinitionMetrics metrics = telemetry.metrics().of(definition.version().definition());
        try (ActiveSpan span = telemetry.tracing().submission(definition.version())) {
            try {
                SubmissionOrigin origin = new SubmissionOrigin(Tracing.context(span), System.nanoTime());
                Accepted accepted = plain
                        ? acceptPlain(definition, input, submission, origin, signals)
                        : admit(definition, input, submission, origin, signals);
                signalSender.accepted(accepted, signals);
                span.span().setAttribute("holdfast.workflow.id", accepted.id());
                if (accepted.joined()) {
                    metrics.joined();
                } else {
                    metrics.accepted();
                }
                return accepted;
            } catch (RuntimeException e) {
                span.failed(e);
                throw e;
            }
        }
    }

    private void requireOpen() {
        node.require();
        environment.ownership().requireAdopted();
        if (!environment.ownership().leaseHeld()) {
            throw new StoreUnavailableException(
                    "this node has committed no heartbeat in time, because the database does not answer or refuses it,"
                            + " or because another process has taken over: nothing was accepted, try again",
                    null);
        }
        store.requireRoom();
    }

    private Accepted acceptPlain(
            Submittable definition,
            byte[] input,
            Submission submission,
            SubmissionOrigin origin,
            List<SubmittedSignal> signals) {
        WorkflowKey key = store.newKey();
        String id = store.idOf(key);
        if (definition.code().isEmpty() || !signals.isEmpty() || checked.isDelayed(submission)) {
            return admit(definition, input, submission.withId(id), origin, signals);
        }
        RegisteredWorkflow<?, ?> code = definition.code().orElseThrow();
        Mailbox mailbox;
        try {
            mailbox = store.mailbox(key, 0);
        } catch (OwnershipLostException e) {
            // This node may not write in the bucket: the owner of the bucket starts the workflow.
            return admit(definition, input, submission.withId(id), origin, signals);
        }
        Optional<Claim> claim = dispatcher.reserve(key, input.length);
        if (claim.isEmpty()) {
            try (mailbox) {
                awaitCommit(mailbox.create(creation(definition, input, submission, false, origin)), id);
                return new Accepted(key, id, false, null);
            }
        }
        WorkflowWrite.Creation creation;
        CompletableFuture<Void> committed;
        try {
            creation = creation(definition, input, submission, true, origin);
            committed = mailbox.create(creation);
        } catch (RuntimeException e) {
            mailbox.close();
            dispatcher.release(claim.orElseThrow());
            throw e;
        }
        // Shares its commit with the first intent, which the new thread writes a moment later.
        Execution execution = startOrQueue(code, mailbox, claim.orElseThrow(), id, creation, origin);
        awaitCommit(committed, id);
        return new Accepted(key, id, false, execution);
    }

    /** A gateway, and one that is delayed, leaves the start to the owner of the bucket. */
    private Accepted admit(
            Submittable definition,
            byte[] input,
            Submission submission,
            SubmissionOrigin origin,
            List<SubmittedSignal> signals) {
        KeyedSubmission keyed = KeyedSubmission.of(
                submission, creation(definition, input, submission, true, origin), environment.codec(), signals);
        WorkflowKey place = store.placeFor(keyed);
        Optional<Claim> claim = keyed.creation().starts()
                ? definition.code().flatMap(code -> dispatcher.reserve(place, input.length))
                : Optional.empty();
        CompletableFuture<SubmissionResult> result;
        try {
            result = store.admit(claim.isPresent() ? keyed : keyed.queued(), place);
        } catch (RuntimeException e) {
            claim.ifPresent(dispatcher::release);
            throw e;
        }
        // Started when it is admitted, and not by the submitter, which may have given up waiting by then.
        CompletableFuture<Accepted> accepted = result.handle((admitted, failure) -> {
            Mailbox mailbox = admitted == null ? null : admitted.mailbox();
            if (mailbox != null) {
                RegisteredWorkflow<?, ?> code = definition.code().orElseThrow();
                Execution execution =
                        startOrQueue(code, mailbox, claim.orElseThrow(), admitted.id(), keyed.creation(), origin);
                return new Accepted(admitted.key(), admitted.id(), false, execution);
            }
            claim.ifPresent(dispatcher::release);
            if (admitted == null) {
                throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
            }
            return new Accepted(admitted.key(), admitted.id(), admitted.joined(), null);
        });
        try {
            return awaitResult(accepted, keyed);
        } catch (SubmissionConflictException e) {
            return definition
                    .code()
                    .flatMap(code -> inputs.equalTo(input, code.definition().input(), e))
                    .map(existing -> new Accepted(existing, e.existingId(), true, null))
                    .orElseThrow(() -> e);
        }
    }

    private Accepted awaitResult(CompletableFuture<Accepted> accepted, KeyedSubmission keyed) {
        try {
            return accepted.get(environment.config().acceptWait().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unknown(keyed, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(keyed, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof HoldfastException refused ? refused : unknown(keyed, e);
        }
    }

    private static StoreUnavailableException unknown(KeyedSubmission keyed, Exception e) {
        return new StoreUnavailableException(
                "the database did not confirm in time, so it is unknown whether " + keyed.describe()
                        + " was accepted: send the same again",
                keyed.byId() ? keyed.name() : null,
                e);
    }

    /** Starts a workflow that is accepted. If that fails, it is due, and a poll starts it. */
    private @Nullable Execution startOrQueue(
            RegisteredWorkflow<?, ?> code,
            Mailbox mailbox,
            Claim claim,
            String id,
            WorkflowWrite.Creation creation,
            SubmissionOrigin origin) {
        try {
            return start(code, mailbox, claim, id, creation, origin);
        } catch (RuntimeException | Error e) {
            LOG.atError().addKeyValue("workflow", id).setCause(e).log("workflow {} is accepted, and started later", id);
            CompletableFuture<Void> unused =
                    queue(mailbox).whenComplete((nothing, failure) -> dispatcher.release(claim));
            return null;
        }
    }

    private static CompletableFuture<Void> queue(Mailbox mailbox) {
        try (mailbox) {
            return mailbox.move(WorkflowWrite.Unloading.queued());
        } catch (RuntimeException e) { // its bucket belongs to another node, which finds it
            return CompletableFuture.failedFuture(e);
        }
    }

    private Execution start(
            RegisteredWorkflow<?, ?> code,
            Mailbox mailbox,
            Claim claim,
            String id,
            WorkflowWrite.Creation creation,
            SubmissionOrigin origin) {
        Execution execution = new Execution(
                environment,
                mailbox,
                WorkflowIdentity.firstRun(claim.key(), id),
                code,
                creation.input(),
                ExecutionStart.accepted(
                        origin, Deadline.of(creation.deadline(), environment.ownership(), environment.platform())));
        dispatcher.start(execution, claim);
        return execution;
    }

    private WorkflowWrite.Creation creation(
            Submittable definition, byte[] input, Submission submission, boolean starts, SubmissionOrigin origin) {
        return checked.creation(definition, input, submission, starts, origin.trace());
    }

    private void awaitCommit(CompletableFuture<Void> committed, String id) {
        try {
            committed.get(environment.config().acceptWait().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unknown(id, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(id, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordRefusedException refused) {
                throw new InvalidInputException("the submission cannot be stored: " + refused.getMessage());
            }
            throw unknown(id, e);
        }
    }

    private static StoreUnavailableException unknown(String id, Exception e) {
        return new StoreUnavailableException(
                "the database did not confirm in time, so it is unknown whether workflow " + id
                        + " was accepted: send the same again with ?id=" + id,
                id,
                e);
    }
}

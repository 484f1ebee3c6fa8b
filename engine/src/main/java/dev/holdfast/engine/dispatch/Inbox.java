package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.engine.telemetry.EngineMetrics;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what is asked of the workflows that this node owns, each as one record of its log: the one decider of every
 * race. What it does not come to, because the workflow is being loaded or its record was not written, stays in the
 * inbox and is looked at again. Looks on the feeder's thread.
 */
public final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int PAGE = 256;
    private static final byte[] NOTHING = {};
    private static final byte[] SCRUBBED_VALUE = "null".getBytes(StandardCharsets.UTF_8);
    private static final Failure SCRUBBED = new Failure("scrubbed", "scrubbed");

    private final Store store;
    private final ExecutionEnvironment environment;
    private final Dispatcher dispatcher;
    private final WorkflowLoader loader;
    private final LocalWaiters<UUID, ActionResult> answers;
    private final LocalWaiters<WorkflowKey, WorkflowEnd> endings;
    /** Asked of workflows that are loaded: looked at again when they have left. */
    private final Set<WorkflowKey> asked = ConcurrentHashMap.newKeySet();

    /** What was logged once. */
    private final Set<UUID> undecidable = ConcurrentHashMap.newKeySet();

    private volatile Runnable changed = () -> {};

    public Inbox(
            Store store,
            ExecutionEnvironment environment,
            Dispatcher dispatcher,
            WorkflowLoader loader,
            LocalWaiters<UUID, ActionResult> answers,
            LocalWaiters<WorkflowKey, WorkflowEnd> endings) {
        this.store = store;
        this.environment = environment;
        this.dispatcher = dispatcher;
        this.loader = loader;
        this.answers = answers;
        this.endings = endings;
    }

    /** Run when a decision has made something to do. */
    void onChange(Runnable told) {
        changed = told;
    }

    /** A workflow has left this process; whether something was asked of it meanwhile. */
    boolean left(WorkflowKey key) {
        return asked.remove(key);
    }

    /** Decides what lies in the inbox; what cannot be decided yet keeps nothing else from it. */
    void poll() {
        Set<UUID> seen = new HashSet<>();
        List<OperatorAction> page;
        do {
            page = store.pendingActions(seen, PAGE);
            for (OperatorAction action : page) {
                seen.add(action.id());
                decide(action);
            }
        } while (page.size() == PAGE);
    }

    private void decide(OperatorAction action) {
        asked.add(action.key()); // first, so that one that leaves just now is looked at again
        Optional<Execution> loaded = dispatcher.loaded(action.key().uid());
        if (loaded.isPresent()) {
            decideLoaded(loaded.orElseThrow(), action);
            return;
        }
        asked.remove(action.key());
        dispatcher.claim(action.key()).ifPresent(claim -> decideAlone(action, claim));
    }

    /** One that cannot be read keeps no other from being decided, nor anything from being started. */
    private void decideAlone(OperatorAction action, Claim claim) {
        try {
            decideClaimed(action, claim);
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (undecidable.add(action.id())) {
                String id = store.idOf(action.key());
                LOG.atError()
                        .addKeyValue("workflow", id)
                        .setCause(e)
                        .log("workflow {} cannot be read, so nobody can {} it", id, action.verb());
            }
        }
    }

    private void decideLoaded(Execution execution, OperatorAction action) {
        switch (action.kind()) {
            case CANCEL -> execution.cancel(action);
            case TERMINATE -> tell(action, execution.terminate(ended(WorkflowStatus.CANCELLED, NOTHING, action)));
            case RETRY, DISCARD, ERASE, SCRUB -> {
                if (!isLeaving(action)) {
                    tell(action, execution.answer(new WorkflowWrite.Answered(action, refused(WorkflowStatus.RUNNING))));
                }
            }
        }
    }

    /** Parked or ended, and so to be decided, but its thread is still here: it is decided when that has left. */
    private boolean isLeaving(OperatorAction action) {
        LogRecord last = store.lastRecord(action.key()).orElse(null);
        return action.kind().ofEnded()
                ? last != null && last.event() instanceof WorkflowWrite.Ended
                : last != null && last.event() instanceof WorkflowWrite.Parked && last.seq() == action.letterSeq();
    }

    /** It is unclaimed when its record is known, or by the execution that takes it over. */
    private void decideClaimed(OperatorAction action, Claim claim) {
        boolean handedOver = false;
        try {
            LogRecord last = store.lastRecord(action.key()).orElse(null);
            WorkflowWrite record = record(action, last);
            handedOver = record != null;
            if (record == null) {
                loader.takeToCancel(action, claim);
            } else {
                write(action, claim, record, last == null ? 0 : last.seq());
            }
        } catch (OwnershipLostException e) {
            handedOver = false;
            String id = store.idOf(action.key());
            LOG.atDebug()
                    .addKeyValue("workflow", id)
                    .setCause(e)
                    .log("workflow {} is another node's now, which decides", id);
        } finally {
            if (!handedOver) {
                dispatcher.unclaim(claim);
            }
        }
    }

    /** What the decision writes; null where the workflow's own code has to run for it. */
    private @Nullable WorkflowWrite record(OperatorAction action, @Nullable LogRecord last) {
        if (last != null && last.event() instanceof WorkflowWrite.Ended ended) {
            return ofEnded(action, ended);
        }
        if (last == null && store.find(action.key()).isEmpty()) {
            return closed(action, null); // it has gone since it was asked, and a record would bring it back
        }
        ParkingReason letter =
                last != null && last.event() instanceof WorkflowWrite.Parked parked ? parked.deadLetter() : null;
        return switch (action.kind()) {
            case TERMINATE -> ended(WorkflowStatus.CANCELLED, NOTHING, action);
            case CANCEL -> cancel(action, last, letter);
            case RETRY -> isOpen(action, last, letter) ? new WorkflowWrite.Retried(action) : closed(action, letter);
            case DISCARD ->
                isOpen(action, last, letter) && letter != null
                        ? ended(WorkflowStatus.FAILED, encode(letter.failure()), action)
                        : closed(action, letter);
            case ERASE, SCRUB -> closed(action, letter);
        };
    }

    private WorkflowWrite ofEnded(OperatorAction action, WorkflowWrite.Ended ended) {
        return switch (action.kind()) {
            case ERASE -> new WorkflowWrite.Erased(action, ended.status());
            case SCRUB -> new WorkflowWrite.Scrubbed(action, ended.status(), SCRUBBED_VALUE, encode(SCRUBBED));
            default -> new WorkflowWrite.Answered(action, refused(ended.status()));
        };
    }

    /** Nothing ran yet: it just ends. What kills its process is not loaded once more for this. */
    private @Nullable WorkflowWrite cancel(
            OperatorAction action, @Nullable LogRecord last, @Nullable ParkingReason letter) {
        if (last == null) {
            return ended(WorkflowStatus.CANCELLED, NOTHING, action);
        }
        boolean poison = letter != null && letter.cause() == Cause.POISON;
        return poison ? new WorkflowWrite.Answered(action, refused(WorkflowStatus.DEAD_LETTERED)) : null;
    }

    private static boolean isOpen(OperatorAction action, @Nullable LogRecord last, @Nullable ParkingReason letter) {
        return letter != null && last != null && last.seq() == action.letterSeq();
    }

    private WorkflowWrite closed(OperatorAction action, @Nullable ParkingReason other) {
        WorkflowStatus status = other != null
                ? WorkflowStatus.DEAD_LETTERED
                : store.find(action.key()).map(found -> found.status()).orElse(WorkflowStatus.RUNNING);
        return new WorkflowWrite.Answered(action, refused(status));
    }

    private void write(OperatorAction action, Claim claim, WorkflowWrite record, int lastSeq) {
        Mailbox mailbox = store.mailbox(action.key(), lastSeq);
        CompletableFuture<Void> committed = mailbox.commit(record);
        mailbox.close();
        tell(
                action,
                committed
                        .whenComplete((nothing, failure) -> dispatcher.unclaim(claim))
                        .thenRun(() -> {
                            if (record instanceof WorkflowWrite.Ended ended) {
                                endings.complete(action.key(), new WorkflowEnd(ended.status(), ended.value()));
                                countEnd(action.key(), ended.status());
                            }
                            changed.run();
                        }));
    }

    /** Its definition is read for this: nobody waits, and while the store is away it is left uncounted. */
    private void countEnd(WorkflowKey key, WorkflowStatus status) {
        EngineMetrics metrics = environment.telemetry().metrics();
        Thread.ofVirtual().start(() -> {
            try {
                store.find(key).ifPresent(found -> metrics.of(found.type()).ended(status));
            } catch (StoreUnavailableException e) {
                LOG.debug("an end is not counted", e);
            }
        });
    }

    /** Whoever waits here is told at once what was committed; the answer itself is in the store. */
    private void tell(OperatorAction action, CompletableFuture<Void> committed) {
        CompletableFuture<Void> unused = committed.thenRunAsync(
                () -> Optional.ofNullable(store.results(Set.of(action.id())).get(action.id()))
                        .ifPresent(result -> answers.complete(action.id(), result)),
                task -> Thread.ofVirtual().start(task));
    }

    private static WorkflowWrite.Ended ended(WorkflowStatus status, byte[] value, OperatorAction by) {
        return new WorkflowWrite.Ended(status, value, by);
    }

    private static ActionResult refused(WorkflowStatus status) {
        return new ActionResult(false, status);
    }

    private byte[] encode(Failure failure) {
        return new FailureCodec(environment.codec()).encode(failure);
    }
}

package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies operator actions for the {@link Inbox}, to workflows that are loaded here and to those that are not. */
final class ActionDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(ActionDelivery.class);
    private static final byte[] SCRUBBED_VALUE = "null".getBytes(StandardCharsets.UTF_8);
    private static final Failure SCRUBBED = new Failure("scrubbed", "scrubbed");

    private final Store store;
    private final Dispatcher dispatcher;
    private final WorkflowLoader loader;
    private final DecisionWriter writer;
    private final Map<ActionKind, ActionHandler> handlers;
    private final InboxReader reader;
    private final Set<WorkflowKey> addressed;
    /** Unloaded workflows with a cancel that wait or are parked where they cannot be cancelled. */
    private final Set<WorkflowKey> uncancellable = ConcurrentHashMap.newKeySet();

    private volatile Runnable changed = () -> {};

    /** {@code addressed} are the loaded workflows with a message. */
    ActionDelivery(
            Store store,
            ExecutionEnvironment environment,
            Dispatcher dispatcher,
            WorkflowLoader loader,
            LocalWaiters<WorkflowKey, WorkflowEnd> ends,
            InboxReader reader,
            Set<WorkflowKey> addressed) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.loader = loader;
        this.writer = new DecisionWriter(store, environment, dispatcher, ends);
        this.handlers = handlers(store, new FailureCodec(environment.codec()));
        this.reader = reader;
        this.addressed = addressed;
    }

    private static Map<ActionKind, ActionHandler> handlers(Store store, FailureCodec failures) {
        byte[] scrubbed = failures.encode(SCRUBBED);
        return new EnumMap<>(Map.of(
                ActionKind.CANCEL,
                new CancelHandler(store),
                ActionKind.TERMINATE,
                new TerminateHandler(store),
                ActionKind.PAUSE,
                new PauseHandler(store),
                ActionKind.RESUME,
                new ResumeHandler(store),
                ActionKind.RETRY,
                new RetryHandler(store),
                ActionKind.RUN_AGAIN,
                new RetryHandler(store),
                ActionKind.DISCARD,
                new DiscardHandler(store, failures),
                ActionKind.ERASE,
                new RemovalHandler(store, WorkflowWrite.Erased::new),
                ActionKind.SCRUB,
                new RemovalHandler(
                        store,
                        (action, result) -> new WorkflowWrite.Scrubbed(action, result, SCRUBBED_VALUE, scrubbed))));
    }

    void onChange(Runnable listener) {
        changed = listener;
    }

    private ActionHandler handler(OperatorAction action) {
        return Objects.requireNonNull(handlers.get(action.kind()));
    }

    /** A workflow has left this process. */
    void left(Execution execution) {
        if (execution.waitsUncancellably()) {
            uncancellable.add(execution.key());
        }
    }

    /** A workflow is about to be loaded; returns whether a cancel waited for that. */
    boolean loading(WorkflowKey key) {
        return uncancellable.remove(key);
    }

    /** Workflows may have run elsewhere. */
    void gained() {
        uncancellable.clear();
    }

    void whenLoaded(Execution execution, OperatorAction action) {
        handler(action).whenLoaded(execution, action);
    }

    /**
     * Decides and writes. The claim is given back when the write has completed, or by the execution that takes it over.
     */
    void whenUnloaded(OperatorAction action, Claim claim, Heads heads) {
        boolean handedOver = false;
        try {
            Optional<WorkflowHead> head = heads.of(action.key());
            switch (decision(action, head, heads)) {
                case ActionDecision.AlreadyApplied applied ->
                    LOG.debug("{} was read again, and had been applied", action);
                case ActionDecision.KeepWaiting waits -> uncancellable.add(action.key());
                case ActionDecision.LoadToCancel load -> loadToCancel(action, claim);
                case ActionDecision.Written decided -> {
                    handedOver = true;
                    CompletableFuture<Void> unused = writer.write(decided, claim, head)
                            .whenComplete((nothing, failure) -> written(action.key(), failure));
                }
            }
        } catch (OwnershipLostException e) {
            handedOver = false;
            String id = store.idOf(action.key());
            LOG.atDebug()
                    .addKeyValue("workflow", id)
                    .setCause(e)
                    .log("workflow {} belongs to another node, which decides", id);
        } finally {
            if (!handedOver) {
                dispatcher.unclaim(claim);
            }
        }
    }

    private void written(WorkflowKey key, @Nullable Throwable failure) {
        if (failure == null) {
            if (uncancellable.remove(key)) {
                reader.changed(key);
            }
            changed.run();
        } else {
            reader.changed(key);
        }
    }

    /** The message is read again when the workflow leaves; if it was not loaded, after an interval. */
    private void loadToCancel(OperatorAction action, Claim claim) {
        if (uncancellable.contains(action.key())) {
            return; // it is read again when the workflow is loaded
        }
        addressed.add(action.key());
        boolean loaded = dispatcher.free() > 0 && loader.takeToCancel(action, claim);
        if (!loaded && addressed.remove(action.key())) {
            reader.changed(action.key());
        }
    }

    private ActionDecision decision(OperatorAction action, Optional<WorkflowHead> head, Heads heads) {
        head.ifPresent(WorkflowHead::requireKnown);
        if (head.flatMap(WorkflowHead::lastAction).filter(action.ref()::equals).isPresent()) {
            return new ActionDecision.AlreadyApplied();
        }
        Optional<HistoryEvent.Ended> end = head.flatMap(WorkflowHead::end);
        if (end.isPresent()) {
            return handler(action).whenEnded(action, end.orElseThrow());
        }
        if (heads.isGone(action.key(), head)) {
            return new ActionDecision.ReplyOnly(WorkflowWrite.Answered.refused(action, WorkflowStatus.RUNNING));
        }
        return handler(action).whenUnloaded(action, head);
    }
}

package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.engine.telemetry.EngineMetrics;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies inbox messages to the workflows that this node owns. Each decision is written through the mailbox of the
 * workflow, so the order of its log decides every race. A message that cannot be applied yet, because another thread
 * has claimed its workflow or its write was not committed, stays in the inbox and is read again. Polled by the work
 * poller's thread.
 */
public final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int PAGE = 256;
    private static final byte[] SCRUBBED_VALUE = "null".getBytes(StandardCharsets.UTF_8);
    private static final Failure SCRUBBED = new Failure("scrubbed", "scrubbed");

    private final Store store;
    private final ExecutionEnvironment environment;
    private final Dispatcher dispatcher;
    private final WorkflowLoader loader;
    private final LocalWaiters<WorkflowKey, WorkflowEnd> ends;
    private final Map<ActionKind, ActionHandler> handlers;
    /** Loaded workflows with a message. The inbox is polled again when one of them has left. */
    private final Set<WorkflowKey> addressed = ConcurrentHashMap.newKeySet();
    /** Messages whose workflow could not be read; logged once each. */
    private final Set<UUID> unreadable = ConcurrentHashMap.newKeySet();

    private volatile Runnable changed = () -> {};

    public Inbox(
            Store store,
            ExecutionEnvironment environment,
            Dispatcher dispatcher,
            WorkflowLoader loader,
            LocalWaiters<WorkflowKey, WorkflowEnd> ends) {
        this.store = store;
        this.environment = environment;
        this.dispatcher = dispatcher;
        this.loader = loader;
        this.ends = ends;
        this.handlers = handlers(store, new FailureCodec(environment.codec()));
    }

    private static Map<ActionKind, ActionHandler> handlers(Store store, FailureCodec failures) {
        byte[] scrubbed = failures.encode(SCRUBBED);
        return new EnumMap<>(Map.of(
                ActionKind.CANCEL,
                new CancelHandler(store),
                ActionKind.TERMINATE,
                new TerminateHandler(store),
                ActionKind.RETRY,
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

    /** Sets what runs after each committed decision on an unloaded workflow, which may be runnable now. */
    void onChange(Runnable listener) {
        changed = listener;
    }

    /** Removes a workflow that has left this process; returns whether a message came while it was loaded. */
    boolean left(WorkflowKey key) {
        return addressed.remove(key);
    }

    /** Applies the messages in the inbox. A message that cannot be applied yet delays no other. */
    void poll() {
        Set<UUID> seen = new HashSet<>();
        List<InboxMessage> page;
        do {
            page = store.inbox(seen, PAGE);
            for (InboxMessage message : page) {
                seen.add(message.id());
                switch (message) {
                    case OperatorAction action -> decide(action);
                }
            }
        } while (page.size() == PAGE);
    }

    private ActionHandler handler(OperatorAction action) {
        return Objects.requireNonNull(handlers.get(action.kind()));
    }

    private void decide(OperatorAction action) {
        addressed.add(action.key()); // first, so that the inbox is polled again if the workflow leaves at this moment
        Optional<Execution> loaded = dispatcher.loaded(action.key().uid());
        if (loaded.isPresent()) {
            handler(action).whenLoaded(loaded.orElseThrow(), action);
            return;
        }
        addressed.remove(action.key());
        dispatcher.claim(action.key()).ifPresent(claim -> decideAlone(action, claim));
    }

    /** A workflow that cannot be read delays no other message, and no start. */
    private void decideAlone(OperatorAction action, Claim claim) {
        try {
            decideClaimed(action, claim);
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (unreadable.add(action.id())) {
                String id = store.idOf(action.key());
                LOG.atError()
                        .addKeyValue("workflow", id)
                        .setCause(e)
                        .log("workflow {} cannot be read, so the request to {} it stays pending", id, action.verb());
            }
        }
    }

    /**
     * Decides and writes. The claim is given back when the write has completed, or by the execution that takes it over.
     */
    private void decideClaimed(OperatorAction action, Claim claim) {
        boolean handedOver = false;
        try {
            Optional<WorkflowHead> head = store.head(action.key());
            switch (decision(action, head)) {
                case ActionDecision.LoadToCancel load -> loader.takeToCancel(action, claim);
                case ActionDecision.RecordEvent decided -> {
                    handedOver = true;
                    CompletableFuture<Void> unused = write(
                                    action,
                                    claim,
                                    head,
                                    mailbox -> mailbox.record(decided.event(), decided.reply()),
                                    decided.reply())
                            .thenRun(() -> announce(action.key(), decided.event()));
                }
                case ActionDecision.ReplyOnly reply -> {
                    handedOver = true;
                    CompletableFuture<Void> unused =
                            write(action, claim, head, mailbox -> mailbox.reply(reply.reply()), reply.reply());
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

    private ActionDecision decision(OperatorAction action, Optional<WorkflowHead> head) {
        head.ifPresent(WorkflowHead::requireKnown);
        Optional<HistoryEvent.Ended> end = head.flatMap(WorkflowHead::end);
        if (end.isPresent()) {
            return handler(action).whenEnded(action, end.orElseThrow());
        }
        if (head.isEmpty() && store.find(action.key()).isEmpty()) {
            // It was removed since the action was requested, and a record would bring it back.
            return new ActionDecision.ReplyOnly(WorkflowWrite.Answered.refused(action, WorkflowStatus.RUNNING));
        }
        return handler(action).whenUnloaded(action, head);
    }

    private CompletableFuture<Void> write(
            OperatorAction action,
            Claim claim,
            Optional<WorkflowHead> head,
            Function<Mailbox, CompletableFuture<Void>> put,
            WorkflowWrite.Reply reply) {
        Mailbox mailbox =
                store.mailbox(action.key(), head.map(WorkflowHead::lastSeq).orElse(0));
        CompletableFuture<Void> committed = put.apply(mailbox);
        mailbox.close();
        return committed
                .whenComplete((nothing, failure) -> dispatcher.unclaim(claim))
                .thenRun(() -> {
                    environment.replies().accept(reply);
                    changed.run();
                });
    }

    private void announce(WorkflowKey key, HistoryEvent event) {
        if (event instanceof HistoryEvent.Ended ended) {
            ends.complete(key, new WorkflowEnd(ended.status(), ended.value()));
            countEnd(key, ended.status());
        }
    }

    /**
     * Counts the end on a thread of its own, because the definition must be read from the store first. An end is not
     * counted while the store is unavailable.
     */
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
}

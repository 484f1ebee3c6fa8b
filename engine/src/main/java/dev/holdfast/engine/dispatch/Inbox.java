package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies inbox messages to the workflows that this node owns. Each decision is written through the mailbox of the
 * workflow, so the order of its log decides every race. A message that cannot be applied yet, because its workflow is
 * in a body, another thread has claimed it, or its write was not committed, stays in the inbox and is read again when
 * that changes. Polled by the work poller's thread.
 */
public final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int UNREADABLE_MAX = 1_000;
    private static final byte[] SCRUBBED_VALUE = "null".getBytes(StandardCharsets.UTF_8);
    private static final Failure SCRUBBED = new Failure("scrubbed", "scrubbed");

    private final Store store;
    private final Dispatcher dispatcher;
    private final WorkflowLoader loader;
    private final DecisionWriter writer;
    private final Map<ActionKind, ActionHandler> handlers;
    private final InboxReader reader;
    private final SignalDelivery signals;
    /** Loaded workflows with a message, which is read again when its workflow has left. */
    private final Set<WorkflowKey> addressed = ConcurrentHashMap.newKeySet();
    /** Messages whose workflow could not be read; logged once each. */
    private final Set<UUID> unreadable = new HashSet<>();

    private volatile Runnable changed = () -> {};

    /** A message to a workflow that is not loaded, and was claimed to apply it. */
    private record Claimed<M extends InboxMessage>(M message, Claim claim) {}

    public Inbox(
            Store store,
            ExecutionEnvironment environment,
            Dispatcher dispatcher,
            WorkflowLoader loader,
            SignalDelivery signals,
            LocalWaiters<WorkflowKey, WorkflowEnd> ends) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.loader = loader;
        this.writer = new DecisionWriter(store, environment, dispatcher, ends);
        this.reader = new InboxReader(store);
        this.signals = signals;
        this.handlers = handlers(store, new FailureCodec(environment.codec()));
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
        signals.onChange(listener);
    }

    /** A workflow has left this process; returns whether a message to it came while it was loaded. */
    boolean left(WorkflowKey key) {
        boolean any = addressed.remove(key);
        if (any) {
            reader.changed(key);
        }
        return any;
    }

    /** Messages that came to other owners are this node's from now on. */
    void gained() {
        reader.gained();
    }

    /** Applies the messages that came, or that can be applied now. One that cannot be applied yet delays no other. */
    void poll() {
        try {
            reader.read(this::applyAll);
        } finally {
            signals.close();
        }
    }

    /** Applies the messages to these workflows, which are about to be loaded. */
    void poll(Collection<WorkflowKey> keys) {
        if (!keys.isEmpty()) {
            try {
                reader.read(keys, this::applyAll);
            } finally {
                signals.close();
            }
        }
    }

    private ActionHandler handler(OperatorAction action) {
        return Objects.requireNonNull(handlers.get(action.kind()));
    }

    private void applyAll(List<InboxMessage> messages) {
        List<OperatorAction> actions = new ArrayList<>();
        List<SignalMessage> received = new ArrayList<>();
        for (InboxMessage message : messages) {
            switch (message) {
                case OperatorAction action -> actions.add(action);
                case SignalMessage signal -> received.add(signal);
            }
        }
        deliverAll(received);
        decideAll(actions);
    }

    private void deliverAll(List<SignalMessage> received) {
        List<CompletableFuture<Void>> delivered = new ArrayList<>();
        List<SignalMessage> unloaded = new ArrayList<>();
        Deque<Claimed<SignalMessage>> claims = new ArrayDeque<>();
        Set<WorkflowKey> claimed = new HashSet<>();
        for (SignalMessage signal : received) {
            WorkflowKey key = signal.key();
            if (signals.isOpen(key) || claimed.contains(key)) {
                unloaded.add(signal);
            } else {
                passOn(key, execution -> delivered.add(execution.deliver(signal)))
                        .ifPresent(claim -> {
                            claims.add(new Claimed<>(signal, claim));
                            claimed.add(key);
                            unloaded.add(signal);
                        });
            }
        }
        try {
            forEach(claims, this::open);
            signals.toUnloaded(unloaded);
            signals.endPage(delivered);
        } catch (StoreUnavailableException e) {
            unloaded.forEach(signal -> reader.changed(signal.key()));
            throw e;
        }
    }

    /** The delivery gives the claim back, if it takes it over. */
    private void open(Claimed<SignalMessage> signal, Heads heads) {
        boolean opened = false;
        try {
            opened = signals.open(signal.claim(), heads);
        } finally {
            if (!opened) {
                dispatcher.unclaim(signal.claim());
            }
        }
    }

    private void decideAll(List<OperatorAction> actions) {
        Deque<Claimed<OperatorAction>> unloaded = new ArrayDeque<>();
        for (OperatorAction action : actions) {
            passOn(action.key(), execution -> handler(action).whenLoaded(execution, action))
                    .ifPresent(claim -> unloaded.add(new Claimed<>(action, claim)));
        }
        forEach(unloaded, this::decideClaimed);
    }

    /**
     * Applies messages to workflows that are not loaded, each with the heads of all. One that cannot be read delays no
     * other message, and no start. Gives back the claims of those that are left when the store fails.
     */
    private <M extends InboxMessage> void forEach(Deque<Claimed<M>> messages, BiConsumer<Claimed<M>, Heads> apply) {
        try {
            Heads heads = Heads.of(
                    store, messages.stream().map(one -> one.message().key()).toList());
            while (!messages.isEmpty()) {
                applyAlone(messages.remove(), heads, apply);
            }
        } finally {
            for (Claimed<M> left : messages) {
                reader.changed(left.message().key());
                dispatcher.unclaim(left.claim());
            }
        }
    }

    /** Passes a message on to its workflow if that is loaded; else claims the workflow. */
    private Optional<Claim> passOn(WorkflowKey key, Consumer<Execution> message) {
        addressed.add(key); // first, so that the message is read again if the workflow leaves at this moment
        Optional<Execution> loaded = dispatcher.loaded(key.uid());
        if (loaded.isPresent()) {
            message.accept(loaded.orElseThrow());
            return Optional.empty();
        }
        addressed.remove(key);
        Optional<Claim> claim = dispatcher.claim(key);
        if (claim.isEmpty()) {
            reader.changed(key);
        }
        return claim;
    }

    private <M extends InboxMessage> void applyAlone(
            Claimed<M> claimed, Heads heads, BiConsumer<Claimed<M>, Heads> apply) {
        InboxMessage message = claimed.message();
        try {
            apply.accept(claimed, heads);
        } catch (StoreUnavailableException e) {
            reader.changed(message.key());
            throw e;
        } catch (RuntimeException e) {
            if (unreadable.size() < UNREADABLE_MAX && unreadable.add(message.id())) {
                String id = store.idOf(message.key());
                LOG.atError()
                        .addKeyValue("workflow", id)
                        .setCause(e)
                        .log("workflow {} cannot be read, so {} stays pending", id, subject(message));
            }
        }
    }

    private static String subject(InboxMessage message) {
        return switch (message) {
            case OperatorAction action -> "the request to " + action.verb() + " it";
            case SignalMessage signal -> "signal " + signal.name() + " to it";
        };
    }

    /**
     * Decides and writes. The claim is given back when the write has completed, or by the execution that takes it over.
     */
    private void decideClaimed(Claimed<OperatorAction> claimed, Heads heads) {
        OperatorAction action = claimed.message();
        Claim claim = claimed.claim();
        boolean handedOver = false;
        try {
            Optional<WorkflowHead> head = heads.of(action.key());
            switch (decision(action, head, heads)) {
                case ActionDecision.AlreadyApplied applied ->
                    LOG.debug("{} was read again, and had been applied", action);
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
            changed.run();
        } else {
            reader.changed(key);
        }
    }

    /** The message is read again when the workflow leaves; if it was not loaded, after an interval. */
    private void loadToCancel(OperatorAction action, Claim claim) {
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

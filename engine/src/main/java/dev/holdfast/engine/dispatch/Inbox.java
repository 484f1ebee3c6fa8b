package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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

    private final Store store;
    private final Dispatcher dispatcher;
    private final InboxReader reader;
    private final SignalDelivery signals;
    private final ActionDelivery actions;
    /** Loaded workflows with a message, which is read again when its workflow has left. */
    private final Set<WorkflowKey> addressed = ConcurrentHashMap.newKeySet();
    /** Messages whose workflow could not be read; logged once each. */
    private final Set<UUID> unreadable = new HashSet<>();

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
        this.reader = new InboxReader(store);
        this.signals = signals;
        this.actions = new ActionDelivery(store, environment, dispatcher, loader, ends, reader, addressed);
    }

    /** Sets what runs after each committed decision on an unloaded workflow, which may be runnable now. */
    void onChange(Runnable listener) {
        actions.onChange(listener);
        signals.onChange(listener);
    }

    /** A workflow has left this process; returns whether a message to it may be decidable now. */
    boolean left(Execution execution) {
        WorkflowKey key = execution.key();
        actions.left(execution);
        boolean any = addressed.remove(key);
        if (any) {
            reader.changed(key);
        }
        return any;
    }

    /** These workflows are about to be loaded. */
    void loading(Collection<WorkflowKey> keys) {
        keys.stream().filter(actions::loading).forEach(reader::changed);
    }

    /** Messages that came to other owners are this node's from now on. */
    void gained() {
        actions.gained();
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
        loading(keys);
        if (!keys.isEmpty()) {
            try {
                reader.read(keys, this::applyAll);
            } finally {
                signals.close();
            }
        }
    }

    private void applyAll(List<InboxMessage> messages) {
        List<OperatorAction> requested = new ArrayList<>();
        List<SignalMessage> received = new ArrayList<>();
        for (InboxMessage message : messages) {
            switch (message) {
                case OperatorAction action -> requested.add(action);
                case SignalMessage signal -> received.add(signal);
            }
        }
        deliverAll(received);
        decideAll(requested);
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

    private void decideAll(List<OperatorAction> requested) {
        Deque<Claimed<OperatorAction>> unloaded = new ArrayDeque<>();
        for (OperatorAction action : requested) {
            passOn(action.key(), execution -> actions.whenLoaded(execution, action))
                    .ifPresent(claim -> unloaded.add(new Claimed<>(action, claim)));
        }
        forEach(unloaded, (claimed, heads) -> actions.whenUnloaded(claimed.message(), claimed.claim(), heads));
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
}

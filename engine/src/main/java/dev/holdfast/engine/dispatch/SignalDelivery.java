package dev.holdfast.engine.dispatch;

import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.Mail;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.UnknownEventException;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes signals from the inbox into the logs of their workflows. A loaded workflow gets them; one that is not is
 * claimed, and its mailbox stays open for the pages that follow, so that many signals need few commits and no load.
 * Used by the work poller's thread, but for {@link #deliverAll}.
 */
public final class SignalDelivery implements Mail {
    private static final Logger LOG = LoggerFactory.getLogger(SignalDelivery.class);
    /**
     * So that the pages that are not written yet do not pile up, and no row that a foreigner holds stops the others.
     */
    private static final Duration PAGE_WAIT = Duration.ofMillis(200);

    private static final int PAGE = 256;

    private final Store store;
    private final Dispatcher dispatcher;
    private volatile Runnable changed = () -> {};
    private final Map<WorkflowKey, Open> open = new HashMap<>();

    /** A workflow that is not loaded, and what was written to it. */
    private static final class Open {
        private final Claim claim;
        private final Mailbox mailbox;
        private final boolean isGone;
        private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

        Open(Claim claim, Mailbox mailbox, boolean isGone) {
            this.claim = claim;
            this.mailbox = mailbox;
            this.isGone = isGone;
        }
    }

    public SignalDelivery(Store store, Dispatcher dispatcher) {
        this.store = store;
        this.dispatcher = dispatcher;
    }

    /** Sets what runs after each commit that may have made a workflow runnable. */
    void onChange(Runnable listener) {
        changed = listener;
    }

    /** Whether its mailbox is open, so that {@link #toUnloaded} takes more. */
    boolean isOpen(WorkflowKey key) {
        return open.containsKey(key);
    }

    /** Opens the mailbox of a workflow, and takes over the claim; false if it cannot. Throws if it cannot be read. */
    boolean open(Claim claim, Heads heads) {
        WorkflowKey key = claim.key();
        Optional<WorkflowHead> head = heads.of(key);
        try {
            head.ifPresent(WorkflowHead::requireKnown);
            boolean gone = heads.isGone(key, head);
            Mailbox mailbox = store.mailbox(key, head.map(WorkflowHead::lastSeq).orElse(0));
            open.put(key, new Open(claim, mailbox, gone));
            return true;
        } catch (OwnershipLostException | UnknownEventException e) {
            LOG.debug("the signals to a workflow stay in the inbox", e);
            return false;
        }
    }

    /** Records signals to workflows whose mailboxes are open, each once. */
    void toUnloaded(List<SignalMessage> signals) {
        if (signals.isEmpty()) {
            return;
        }
        Set<UUID> received = store.received(signals); // after the claim: nothing else adds to these logs
        for (SignalMessage signal : signals) {
            Open workflow = open.get(signal.key());
            if (workflow != null) {
                workflow.written = workflow.isGone || received.contains(signal.id())
                        ? workflow.mailbox.remove(new WorkflowWrite.Removal(signal.id()))
                        : workflow.mailbox.record(signal.received());
            }
        }
    }

    /** Waits a moment for the writes, and closes the mailboxes of those that take longer. */
    void endPage(Collection<CompletableFuture<Void>> delivered) {
        List<CompletableFuture<Void>> writes = new ArrayList<>(delivered);
        open.values().forEach(workflow -> writes.add(workflow.written));
        try {
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                    .get(PAGE_WAIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("not all signals are recorded, the others are read again", e);
        }
        closeIf(workflow -> !workflow.written.isDone() || workflow.written.isCompletedExceptionally());
    }

    /** Closes all mailboxes, and gives back the claims once the writes are known. */
    void close() {
        closeIf(workflow -> true);
    }

    private void closeIf(Predicate<Open> condition) {
        List<Open> closing = open.values().stream().filter(condition).toList();
        for (Open workflow : closing) {
            open.remove(workflow.claim.key());
            workflow.mailbox.close();
            CompletableFuture<Void> unused = workflow.written.whenComplete((nothing, failure) -> {
                dispatcher.unclaim(workflow.claim);
                changed.run();
            });
        }
    }

    /** On a thread of its own, because that of a workflow may be interrupted, which would close the connection. */
    @Override
    public CompletableFuture<Void> deliverAll(Execution execution) {
        return CompletableFuture.runAsync(() -> deliverPages(execution), Thread::startVirtualThread);
    }

    private void deliverPages(Execution execution) {
        List<CompletableFuture<Void>> delivered = new ArrayList<>();
        Set<UUID> seen = new HashSet<>(); // one whose id is in the log already stays until the workflow has left
        do {
            CompletableFuture.allOf(delivered.toArray(CompletableFuture[]::new))
                    .join(); // so that no page has them again
            delivered.clear();
            for (InboxMessage message : store.inbox(List.of(execution.key()), PAGE)) {
                if (message instanceof SignalMessage signal && seen.add(signal.id())) {
                    delivered.add(execution.deliver(signal));
                }
            }
        } while (!delivered.isEmpty());
    }
}

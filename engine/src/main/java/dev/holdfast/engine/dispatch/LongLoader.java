package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.DeadLetterFactory;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.history.History;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite.Answered;
import dev.holdfast.spi.WorkflowWrite.Unloading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads long workflows, one at a time: asks for the size of one, reserves the memory, records that it is loaded, and
 * only then reads its history, in pages. So a process that dies of a history has counted this load. A workflow that is
 * too large for this node is parked. A thread of its own, so that they delay no other.
 */
final class LongLoader {
    private static final Logger LOG = LoggerFactory.getLogger(LongLoader.class);
    private static final int PAGE_BYTES = 4 << 20;
    private static final int PAGE_RECORDS = 4_096;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final Store store;
    private final ExecutionEnvironment environment;
    private final Dispatcher dispatcher;
    private final WorkflowStarter starter;
    private final BiConsumer<WorkflowKey, Throwable> unreadable;
    private final LongQueue queue = new LongQueue();
    private final Thread thread;
    private volatile boolean closed;

    /** {@code unreadable} is called with a workflow that cannot be read, and the reason. */
    LongLoader(
            Store store,
            ExecutionEnvironment environment,
            Dispatcher dispatcher,
            WorkflowStarter starter,
            BiConsumer<WorkflowKey, Throwable> unreadable) {
        this.store = store;
        this.environment = environment;
        this.dispatcher = dispatcher;
        this.starter = starter;
        this.unreadable = unreadable;
        this.thread = environment.platform().daemons("holdfast-long-loader").newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Ends the thread, and waits until it has ended, but not for a database that is away. A workflow that it reads is
     * due again.
     */
    void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        boolean unused = thread.join(CLOSE_WAIT.multipliedBy(2));
    }

    /** Adds a workflow that is not claimed. */
    void add(WorkflowKey key, @Nullable OperatorAction cancel) {
        queue.add(key, cancel);
    }

    boolean isWaiting(WorkflowKey key) {
        return queue.contains(key);
    }

    /** The number of workflows that wait. */
    int size() {
        return queue.size();
    }

    /** Looks whether there is room now. */
    void wake() {
        queue.wake();
    }

    /** Forgets the workflows: they belong to other nodes now. */
    void clear() {
        queue.clear();
    }

    private void run() {
        long interval = environment.config().pollInterval().toNanos();
        while (!closed) {
            try {
                take(queue.next(this::fits, interval));
            } catch (InterruptedException e) {
                LOG.debug("the loading of long workflows was interrupted", e);
            }
        }
    }

    private boolean fits(LongQueue.Waiting next) {
        return dispatcher.hasSlot() && dispatcher.bytes().hasRoom(next.bytes());
    }

    /** Loads it, or leaves it in the queue if there is no room. */
    private void take(LongQueue.Waiting next) throws InterruptedException {
        WorkflowKey key = next.key();
        Optional<Claim> claim = dispatcher.claim(key);
        boolean stays = false;
        try {
            stays = claim.isPresent() && !load(next, claim.orElseThrow());
        } catch (StoreUnavailableException e) {
            LOG.debug("the store is unavailable, a long workflow is loaded later", e);
            starter.later(key);
        } catch (RuntimeException | Error e) {
            unreadable(key, e);
        } finally {
            claim.ifPresent(dispatcher::unclaim); // unless it was started
            if (!stays) {
                queue.remove(key);
            }
        }
        if (claim.isEmpty() && dispatcher.loaded(key.uid()).isEmpty()) {
            starter.later(key); // the claim may be given back without a start
        }
    }

    private void unreadable(WorkflowKey key, Throwable reason) {
        try {
            unreadable.accept(key, reason);
        } catch (RuntimeException e) { // without this thread no long workflow would run
            LOG.debug("a long workflow that cannot be read is due at once, as it could not be postponed", e);
        }
    }

    /** Returns false if there is no room. */
    private boolean load(LongQueue.Waiting next, Claim claim) throws InterruptedException {
        long epoch = starter.epoch(next.key().bucket());
        boolean room = true;
        for (StoredWorkflow stored : store.load(List.of(next.key()))) {
            if (next.cancel() != null || !stored.isParked()) {
                Optional<Candidate> candidate = starter.candidate(stored, claim, epoch, next.cancel());
                room = candidate.isEmpty() || load(candidate.orElseThrow());
            }
        }
        return room;
    }

    private boolean load(Candidate candidate) throws InterruptedException {
        long bytes = store.bytes(candidate.key());
        if (bytes > dispatcher.bytes().largest()) {
            refuse(candidate, bytes);
            return true;
        }
        if (!dispatcher.tryReserve()) {
            return false;
        }
        boolean started = false;
        try {
            if (!dispatcher.bytes().tryHold(candidate.claim(), bytes)) {
                queue.sized(candidate.key(), bytes);
                return false;
            }
            started = starter.inTurn(candidate, () -> start(candidate));
            return true;
        } finally {
            if (!started) {
                dispatcher.unreserve();
            }
        }
    }

    private void refuse(Candidate candidate, long bytes) throws InterruptedException {
        OperatorAction cancel = candidate.cancel();
        if (!candidate.stored().isParked()) {
            starter.park(
                    candidate,
                    DeadLetterFactory.historyLimit(
                            candidate.stored(), bytes, dispatcher.bytes().largest()));
        } else if (cancel != null) { // its letter stays open
            Answered refused = Answered.refused(cancel, WorkflowStatus.DEAD_LETTERED);
            try (Mailbox mailbox = starter.open(candidate)) {
                mailbox.reply(refused).get();
                environment.replies().accept(refused);
            } catch (OwnershipLostException | ExecutionException e) {
                LOG.debug("a cancel is decided later", e);
            }
        }
    }

    /** Returns whether it was started; else it is due again. */
    private boolean start(Candidate candidate) {
        Mailbox mailbox = starter.open(candidate);
        boolean started = false;
        try {
            mailbox.move(candidate.loading()).get();
            starter.run(candidate, mailbox, input(candidate), history(candidate), null);
            started = true;
        } catch (InterruptedException | ExecutionException e) {
            LOG.debug("a long workflow was not loaded", e);
        } finally {
            if (!started) {
                giveUp(mailbox);
            }
        }
        return started;
    }

    /** Makes it due again. Returns when that is written, so that the claim is kept until then. */
    private void giveUp(Mailbox mailbox) {
        try (mailbox) {
            boolean unused = Thread.interrupted();
            CompletableFuture<Void> written = mailbox.move(Unloading.queued());
            while (!closed && !written.isDone()) {
                await(written, Long.MAX_VALUE);
            }
            await(written, CLOSE_WAIT.toNanos());
        }
    }

    private static void await(CompletableFuture<Void> written, long nanos) {
        try {
            written.get(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            LOG.debug("it is loaded again as one that was running when its process ended", e);
        }
    }

    private byte[] input(Candidate candidate) {
        return store.input(candidate.key()).orElseThrow(() -> new IllegalStateException("it has no input"));
    }

    private History history(Candidate candidate) {
        List<LogRecord> log = new ArrayList<>();
        int last = candidate.stored().lastSeq();
        while (log.size() < last) {
            requireWanted(candidate);
            List<LogRecord> page = store.log(candidate.key(), log.size(), PAGE_RECORDS, PAGE_BYTES);
            if (page.isEmpty()) {
                throw new IllegalStateException("it has records up to " + log.size() + ", expected " + last);
            }
            log.addAll(page);
        }
        requireWanted(candidate);
        return new History(log, candidate.stored().readAt());
    }

    /** Throws if it must not run here any more. */
    private void requireWanted(Candidate candidate) {
        if (closed || !dispatcher.isGood(candidate.claim())) {
            throw new OwnershipLostException("it was to leave this node before it was read");
        }
    }
}

package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.Platform;
import dev.holdfast.spi.DueWorkflow;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads workflows from the store: those that were running in buckets that this node has gained, and those that are due.
 * Polls the inbox. Loads no more workflows than there are free slots. A thread of its own.
 */
public final class WorkPoller {
    private static final Logger LOG = LoggerFactory.getLogger(WorkPoller.class);
    private static final int PAGE = 1_024;
    /** More than a node has loaded by default: each page reads all open workflows. */
    private static final int INTERRUPTED_PAGE = 16_384;
    /** The pause after a poll that found a backlog, but only workflows that are being loaded. */
    private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Store store;
    private final Duration interval;
    private final Dispatcher dispatcher;
    private final WorkflowLoader loader;
    private final Inbox inbox;
    private final DueTimes dueTimes;
    private final VersionWaker versions;
    private final ChildStarter children;
    /** Workflows that were running when their process ended, and are not loaded yet. */
    private final Queue<WorkflowKey> interrupted = new ConcurrentLinkedQueue<>();

    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private volatile boolean pollNow = true;
    private volatile boolean closed;
    private volatile Duration oldestDue = Duration.ZERO;
    private long polledNanos;
    /** Whether the last poll left due workflows for which there may be room. */
    private boolean isBacklog;

    public WorkPoller(
            Store store,
            Duration interval,
            Dispatcher dispatcher,
            WorkflowLoader loader,
            Inbox inbox,
            DueTimes dueTimes,
            VersionWaker versions,
            ChildStarter children,
            Platform platform) {
        this.store = store;
        this.interval = interval;
        this.dispatcher = dispatcher;
        this.loader = loader;
        this.inbox = inbox;
        this.dueTimes = dueTimes;
        this.versions = versions;
        this.children = children;
        this.thread = platform.daemons("holdfast-work-poller").newThread(this::run);
        dispatcher.onLeft(this::left);
        inbox.onChange(this::wake);
        loader.window().onRoom(wakes::release);
    }

    public void start() {
        thread.start();
    }

    /** Ends the thread, and waits until it has ended. */
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }

    /** Makes the thread poll the store at once. From any thread. */
    public void wake() {
        pollNow = true;
        wakes.release();
    }

    /** For how long the oldest workflow that could run here has been due, in seconds, at the last poll. */
    public double oldestDue() {
        return oldestDue.toNanos() / 1e9;
    }

    private void left(Execution execution) {
        Optional<Duration> dueIn = execution.dueIn(interval);
        boolean soon = dueIn.isPresent() && dueIn.orElseThrow().compareTo(interval) <= 0;
        boolean first = soon && dueTimes.add(execution.key(), dueIn.orElseThrow());
        boolean suspects = loader.left(execution);
        if (inbox.left(execution) || children.left(execution.key())) {
            wake();
        } else if (suspects || first || !interrupted.isEmpty() || isAnyToTake()) {
            wakes.release();
        }
    }

    /**
     * Finds the workflows that were running in these buckets, before new ones are started there, which must not be
     * loaded again.
     */
    public void gained(Set<Integer> buckets) throws InterruptedException {
        WorkflowKey last = null;
        int found = 0;
        List<WorkflowKey> page;
        do {
            WorkflowKey after = last;
            page = patiently(() -> store.interrupted(buckets, after, INTERRUPTED_PAGE));
            interrupted.addAll(page);
            found += page.size();
            last = page.isEmpty() ? null : page.getLast();
        } while (page.size() == INTERRUPTED_PAGE);
        if (found > 0) {
            LOG.info("workflows that were running when their process ended, and go on here: {}", found);
        }
        inbox.gained();
        versions.gained(buckets);
        wake(); // others may be due
    }

    /** Forgets the workflows that it was to load: they belong to other nodes. */
    public void lost() {
        interrupted.clear();
        dueTimes.clear();
        loader.lost();
        versions.lost();
    }

    private void run() {
        try {
            while (!closed) {
                if (round() == 0) {
                    loader.report();
                    wakes.tryAcquire(untilNext(), TimeUnit.NANOSECONDS);
                    wakes.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the work poller ends");
        }
    }

    private long untilNext() {
        long now = System.nanoTime();
        long untilPoll = pollNow ? 0 : Math.clamp(polledNanos + interval.toNanos() - now, 0, interval.toNanos());
        // Without room nothing can start, however late it is: a workflow that is loaded or leaves wakes this thread.
        long most = isBacklog ? Math.min(COMMIT_NANOS, untilPoll) : untilPoll;
        return dueRoom() == 0 ? untilPoll : dueTimes.untilNext(most);
    }

    private boolean isAnyToTake() {
        return dueRoom() > 0 && dueTimes.isAnyDue();
    }

    private int round() throws InterruptedException {
        try {
            return patiently(this::wakeVersions)
                    + patiently(this::takeInterrupted)
                    + patiently(this::takeDue)
                    + patiently(loader::takeSuspect)
                    + patiently(this::poll);
        } catch (RuntimeException | Error e) { // without this thread the node would hold its workflows and run none
            LOG.error("polling for work has failed, retrying", e);
            polledNanos = System.nanoTime();
            return 0;
        }
    }

    private int wakeVersions() {
        int woken = versions.wake();
        pollNow |= woken > 0;
        return woken;
    }

    private int takeInterrupted() {
        List<WorkflowKey> page = interrupted.stream().limit(room()).toList();
        if (page.isEmpty()) {
            return 0;
        }
        inbox.poll(page); // so that a workflow that was cancelled while it had no owner does not run one more step
        int taken = loader.take(page);
        interrupted.removeAll(Set.copyOf(page));
        return taken;
    }

    private int takeDue() {
        List<WorkflowKey> due = dueTimes.take(dueRoom());
        inbox.loading(due);
        try {
            return loader.take(due);
        } catch (StoreUnavailableException e) {
            due.forEach(loader::later);
            throw e;
        }
    }

    /**
     * Polls the store once in an interval, when woken, and during a backlog whenever all that it found was taken. What
     * it finds is taken as there is room.
     */
    private int poll() {
        boolean ripe = pollNow || System.nanoTime() - polledNanos >= interval.toNanos();
        if (!ripe && !(isBacklog && dueRoom() > 0 && !dueTimes.isAnyDue())) {
            return 0;
        }
        pollNow = false;
        long now = System.nanoTime();
        List<WorkflowKey> ready = due(); // also without room, to measure how late this node is
        if (ripe) {
            polledNanos = now;
            inbox.poll();
        }
        inbox.poll(ready); // after the query and before the start, for the same reason
        ready.forEach(key -> dueTimes.add(key, Duration.ZERO));
        return takeDue();
    }

    private List<WorkflowKey> due() {
        int limit = loader.passedOver() + 2 * PAGE;
        List<DueWorkflow> due = store.due(interval, limit);
        oldestDue = due.stream()
                .filter(one -> !loader.isPassedOver(one.key()))
                .findFirst()
                .filter(one -> one.in().isNegative())
                .map(one -> one.in().negated())
                .orElse(Duration.ZERO);
        due.stream().filter(one -> one.in().isPositive()).forEach(one -> dueTimes.add(one.key(), one.in()));
        List<WorkflowKey> ready = due.stream()
                .filter(one -> !one.in().isPositive())
                .map(DueWorkflow::key)
                .filter(key -> !loader.isPassedOver(key))
                .filter(key -> !dispatcher.isClaimed(key)) // it is due until the commit that says that it is loaded
                .limit(PAGE)
                .toList();
        isBacklog = due.size() == limit || !ready.isEmpty();
        return ready;
    }

    private int room() {
        return Math.min(PAGE, dispatcher.free());
    }

    private int dueRoom() {
        return Math.min(room(), loader.window().free());
    }

    /** Repeats the call while the store is unavailable; the store logs the outage. */
    private <T> T patiently(Question<T> question) throws InterruptedException {
        while (true) {
            try {
                return question.ask();
            } catch (StoreUnavailableException e) {
                Thread.sleep(interval);
            }
        }
    }

    /** A call of the store. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws InterruptedException;
    }
}

package dev.holdfast.engine;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.spi.Due;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what lies in the store: what was running in buckets that this node has gained, and, for ever, what is queued
 * and due. A thread of its own; takes no more than there are free slots.
 */
final class Feeder {
    private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);
    private static final int PAGE = 256;

    private final Store store;
    private final Environment environment;
    private final Definitions definitions;
    private final Dispatcher dispatcher;
    /** What was running when its process ended, and was not taken up yet. */
    private final Queue<WorkflowKey> interrupted = new ConcurrentLinkedQueue<>();
    /** What cannot run here stays due, and must not stand before what can. */
    private final Set<WorkflowKey> passedOver = ConcurrentHashMap.newKeySet();

    private final DueTimes dueTimes = new DueTimes();
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private long polledNanos;
    private volatile boolean closed;

    Feeder(Store store, Environment environment, Definitions definitions, Dispatcher dispatcher) {
        this.store = store;
        this.environment = environment;
        this.definitions = definitions;
        this.dispatcher = dispatcher;
        this.thread = Thread.ofPlatform().daemon().name("holdfast-feeder").unstarted(this::run);
    }

    void start() {
        dispatcher.onLeft(this::left);
        thread.start();
    }

    private void left(Execution execution) {
        Optional<Duration> dueIn = execution.dueIn(interval());
        boolean soon = dueIn.isPresent() && dueIn.orElseThrow().compareTo(interval()) <= 0;
        boolean first = soon
                && dueTimes.add(
                        execution.key(), System.nanoTime() + dueIn.orElseThrow().toNanos());
        if (first || !interrupted.isEmpty()) {
            wake();
        }
    }

    /** Ends the thread; waits until it has. */
    void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }

    /** Looks at once. From any thread. */
    void wake() {
        wakes.release();
    }

    /** Finds what was running in them: before anything new is, which must not be taken up again. */
    void gained(Set<Integer> buckets) throws InterruptedException {
        WorkflowKey last = null;
        int found = 0;
        do {
            WorkflowKey after = last;
            List<WorkflowKey> page = patiently(() -> store.interrupted(buckets, after, PAGE));
            interrupted.addAll(page);
            found += page.size();
            last = page.isEmpty() ? null : page.getLast();
        } while (last != null);
        if (found > 0) {
            LOG.info("workflows that were running when their process ended, and go on here: {}", found);
            wake();
        }
    }

    /** Forgets what it was to take up: it is another node's. */
    void lost() {
        interrupted.clear();
        dueTimes.clear();
        passedOver.clear();
    }

    private void run() {
        polledNanos = System.nanoTime() - interval().toNanos();
        try {
            while (!closed) {
                if (round() == 0) {
                    pause();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the feeder ends");
        }
    }

    private int round() throws InterruptedException {
        try {
            return patiently(this::takeInterrupted) + patiently(this::takeDue) + patiently(this::poll);
        } catch (RuntimeException e) {
            LOG.error("a look for what is to be taken up has failed, looking again", e);
            polledNanos = System.nanoTime();
            return 0;
        }
    }

    private int takeInterrupted() {
        List<WorkflowKey> page = interrupted.stream().limit(room()).toList();
        int taken = take(page);
        interrupted.removeAll(page);
        return taken;
    }

    private int takeDue() {
        return take(dueTimes.take(System.nanoTime(), room()));
    }

    /** Asks the store once in an interval, and again at once while it had more than there was room for. */
    private int poll() {
        int room = room();
        if (room == 0 || System.nanoTime() - polledNanos < interval().toNanos()) {
            return 0;
        }
        List<Due> due = store.due(interval(), room + passedOver.size() + PAGE);
        long now = System.nanoTime();
        due.stream()
                .filter(one -> one.in().isPositive())
                .forEach(one -> dueTimes.add(one.key(), now + one.in().toNanos()));
        List<WorkflowKey> ready = due.stream()
                .filter(one -> !one.in().isPositive())
                .map(Due::key)
                .filter(key -> !passedOver.contains(key))
                .limit(room)
                .toList();
        int taken = take(ready);
        polledNanos = taken == 0 ? now : polledNanos;
        return taken;
    }

    private int room() {
        return Math.min(PAGE, dispatcher.free());
    }

    private Duration interval() {
        return environment.config().pollInterval();
    }

    /** Claims, then reads: nobody else writes what is read from here on. */
    private int take(List<WorkflowKey> keys) {
        List<WorkflowKey> claimed = keys.stream().filter(dispatcher::claim).toList();
        try {
            return claimed.isEmpty() ? 0 : startAll(claimed);
        } finally {
            claimed.forEach(dispatcher::unclaim); // but those that were started
        }
    }

    private int startAll(Collection<WorkflowKey> keys) {
        int taken = 0;
        try {
            for (StoredWorkflow stored : store.load(keys)) {
                taken += start(stored) ? 1 : 0;
            }
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (keys.size() == 1) {
                WorkflowKey unreadable = keys.iterator().next();
                LOG.error("workflow {} cannot be read, it stays as it is", unreadable, e);
                passedOver.add(unreadable);
                return 0;
            }
            // One that cannot be read keeps nobody else from running.
            for (WorkflowKey key : keys) {
                taken += dispatcher.loaded(key.uid()).isPresent() ? 0 : startAll(List.of(key));
            }
        }
        return taken;
    }

    private boolean start(StoredWorkflow stored) {
        Optional<Registered<?, ?>> code = definitions.find(stored.definition(), stored.version());
        if (code.isEmpty()) {
            passedOver.add(stored.key());
            LOG.warn(
                    "workflow {} waits: definition {} version {} is not registered here",
                    stored.id(),
                    stored.definition(),
                    stored.version());
            return false;
        }
        if (stored.dueIn().isPositive()) {
            dueTimes.add(stored.key(), System.nanoTime() + stored.dueIn().toNanos());
            return false;
        }
        Mailbox mailbox;
        try {
            mailbox = store.mailbox(stored.key(), stored.lastSeq());
        } catch (OwnershipLostException e) {
            LOG.debug("workflow {} is another node's now", stored.id(), e);
            return false;
        }
        History history = new History(stored.log(), stored.readAt());
        if (!dispatcher.tryReserve()) {
            mailbox.close();
            return false;
        }
        dispatcher.start(new Execution(
                environment,
                mailbox,
                stored.key(),
                stored.id(),
                code.orElseThrow(),
                stored.input(),
                history,
                new Entry.Loading(loads(stored), stored.lastSeq())));
        return true;
    }

    /** Counts the processes that ended with it loaded, since its code last made progress. */
    private static int loads(StoredWorkflow stored) {
        int before = History.progressed(stored.log(), stored.loadedSeq()) ? 0 : stored.loads();
        return stored.wasCutOff() ? before + 1 : before;
    }

    /** Asks again for as long as the store is away; the store itself logs the outage. */
    private <T> T patiently(Question<T> question) throws InterruptedException {
        while (true) {
            try {
                return question.ask();
            } catch (StoreUnavailableException e) {
                pause();
            }
        }
    }

    private void pause() throws InterruptedException {
        long now = System.nanoTime();
        long untilPoll = Math.clamp(
                polledNanos + interval().toNanos() - now, 0, interval().toNanos());
        boolean unused = wakes.tryAcquire(dueTimes.untilNext(now, untilPoll), TimeUnit.NANOSECONDS);
        wakes.drainPermits();
    }

    /** Something that the store is asked. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws InterruptedException;
    }
}

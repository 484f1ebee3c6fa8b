package dev.holdfast.engine;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what lies in the store: first what was running when its process ended, then, for ever, what is queued and
 * due. A thread of its own; takes no more than there are free slots.
 */
final class Feeder {
    private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);
    private static final int PAGE = 256;

    private final Store store;
    private final Environment environment;
    private final Definitions definitions;
    private final Dispatcher dispatcher;
    /** What cannot run here stays due, and must not stand before what can. */
    private final Set<WorkflowKey> passedOver = new HashSet<>();

    private final List<WorkflowKey> interrupted = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    Feeder(Store store, Environment environment, Definitions definitions, Dispatcher dispatcher) {
        this.store = store;
        this.environment = environment;
        this.definitions = definitions;
        this.dispatcher = dispatcher;
        this.thread = Thread.ofPlatform().daemon().name("holdfast-feeder").unstarted(this::run);
    }

    /** Asks the store what was running; then goes on by itself. */
    void start() throws InterruptedException {
        findInterrupted();
        thread.start();
    }

    /** Ends the thread; waits until it has. */
    void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }

    private void run() {
        try {
            takeInterrupted();
            while (!closed) {
                int taken = patiently(this::takeDue);
                if (taken == 0) {
                    pause();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the feeder ends");
        }
    }

    /** Before anything is accepted: what is accepted from now on runs already, and must not be taken up again. */
    private void findInterrupted() throws InterruptedException {
        WorkflowKey last = null;
        do {
            WorkflowKey after = last;
            List<WorkflowKey> page = patiently(() -> store.interrupted(after, PAGE));
            interrupted.addAll(page);
            last = page.isEmpty() ? null : page.getLast();
        } while (last != null);
    }

    private void takeInterrupted() throws InterruptedException {
        for (int from = 0; from < interrupted.size(); from += PAGE) {
            List<WorkflowKey> page = interrupted.subList(from, Math.min(from + PAGE, interrupted.size()));
            patiently(() -> take(page));
        }
        if (!interrupted.isEmpty()) {
            LOG.info("workflows that were running when their process ended, and go on: {}", interrupted.size());
        }
        interrupted.clear();
    }

    private int takeDue() throws InterruptedException {
        int room = Math.min(PAGE, dispatcher.free());
        if (room == 0) {
            return 0;
        }
        List<WorkflowKey> due = store.due(room + passedOver.size());
        return take(due.stream()
                .filter(key -> !passedOver.contains(key))
                .limit(room)
                .toList());
    }

    private int take(List<WorkflowKey> keys) throws InterruptedException {
        List<WorkflowKey> missing = keys.stream()
                .filter(key -> dispatcher.loaded(key.uid()).isEmpty())
                .toList();
        return missing.isEmpty() ? 0 : startAll(missing);
    }

    private int startAll(List<WorkflowKey> keys) throws InterruptedException {
        int taken = 0;
        try {
            for (StoredWorkflow stored : store.load(keys)) {
                taken += start(stored) ? 1 : 0;
            }
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (keys.size() == 1) {
                LOG.error("workflow {} cannot be read, it stays as it is", keys.getFirst(), e);
                passedOver.add(keys.getFirst());
                return 0;
            }
            // One that cannot be read keeps nobody else from running.
            for (WorkflowKey key : keys) {
                taken += dispatcher.loaded(key.uid()).isPresent() ? 0 : startAll(List.of(key));
            }
        }
        return taken;
    }

    private boolean start(StoredWorkflow stored) throws InterruptedException {
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
        History history = new History(stored.log(), stored.readAt());
        dispatcher.reserve();
        boolean progressed = History.progressed(stored.log(), stored.loadedSeq());
        dispatcher.start(new Execution(
                environment,
                store.mailbox(stored.key(), stored.lastSeq()),
                stored.key(),
                stored.id(),
                code.orElseThrow(),
                stored.input(),
                history,
                new Entry.Loading(progressed ? 1 : stored.loads() + 1, stored.lastSeq())));
        return true;
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
        Duration interval = environment.config().pollInterval();
        Thread.sleep(interval);
    }

    /** Something that the store is asked. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws InterruptedException;
    }
}

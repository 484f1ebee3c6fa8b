package dev.holdfast.engine.feed;

import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.engine.dispatch.OpenNode;
import dev.holdfast.spi.FeedEntry;
import dev.holdfast.spi.FeedPosition;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The workflows that callers of this node watch: one query for all of them at each {@link #poll}, and none while there
 * are none. Reads what is committed, whichever node has written it. Safe for all threads.
 */
public final class EventFeed {
    /** Of what one query returns, for all watchers: half of what one may leave untaken. */
    private static final int PAGE_BYTES_MAX = 512 << 10;

    /** Of what all watchers have not taken. */
    private static final long UNTAKEN_BYTES_MAX = 64L << 20;

    /** Of watchers that read what they have missed. */
    private static final int READING_MAX = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Store store;
    private final OpenNode node;
    private final Function<String, WorkflowKey> locator;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<WorkflowKey, Set<FeedSubscription>> watched = new HashMap<>();
    private final AtomicLong untakenBytes = new AtomicLong();
    private final Semaphore reading = new Semaphore(READING_MAX, true);
    private boolean closed;

    /** {@code locator} finds the place of a workflow by its id, or throws. */
    public EventFeed(Store store, OpenNode node, Function<String, WorkflowKey> locator) {
        this.store = store;
        this.node = node;
        this.locator = locator;
    }

    /**
     * Watches a workflow: its status, the values that it has published after a seq, or without one the last of each
     * name, and what follows. The watcher must close the subscription. Throws
     * {@link dev.holdfast.UnknownWorkflowException}, {@link StoreUnavailableException} and {@link OverloadedException}.
     *
     * @param tooSlow is called once if the watcher does not keep up, on a thread that must not be blocked
     */
    public FeedSubscription watch(String id, OptionalInt after, Runnable tooSlow) {
        return node.call(() -> {
            FeedSubscription subscription = new FeedSubscription(this, id, locator.apply(id), tooSlow);
            subscription.start(after);
            return subscription;
        });
    }

    /** Tells all watchers what is new. Called by one thread. */
    public void poll() {
        List<FeedPosition> positions = new ArrayList<>();
        Map<UUID, List<FeedSubscription>> subscriptions = new HashMap<>();
        lock.lock();
        try {
            watched.forEach((key, of) -> {
                positions.add(new FeedPosition(
                        key, of.stream().mapToInt(FeedSubscription::after).min().orElseThrow()));
                subscriptions.put(key.uid(), List.copyOf(of));
            });
        } finally {
            lock.unlock();
        }
        if (positions.isEmpty()) {
            return;
        }
        Map<UUID, FeedEntry> entries = new HashMap<>();
        store.feed(positions, PAGE_BYTES_MAX)
                .forEach(entry -> entries.put(entry.key().uid(), entry));
        subscriptions.forEach((uid, of) -> tell(of, entries.get(uid)));
    }

    /** Without an entry the workflow was deleted. */
    private static void tell(List<FeedSubscription> subscriptions, @Nullable FeedEntry entry) {
        if (entry == null) {
            subscriptions.forEach(FeedSubscription::end);
        } else {
            subscriptions.forEach(subscription -> subscription.offer(entry));
        }
    }

    /** Ends all subscriptions, because the node closes. */
    public void close() {
        List<FeedSubscription> all;
        lock.lock();
        try {
            closed = true;
            all = watched.values().stream().flatMap(Set::stream).toList();
        } finally {
            lock.unlock();
        }
        all.forEach(FeedSubscription::end);
    }

    void add(FeedSubscription subscription) {
        lock.lock();
        try {
            if (!closed) {
                watched.computeIfAbsent(subscription.key(), first -> new HashSet<>())
                        .add(subscription);
                return;
            }
        } finally {
            lock.unlock();
        }
        subscription.end();
    }

    void remove(FeedSubscription subscription) {
        lock.lock();
        try {
            watched.computeIfPresent(subscription.key(), (key, of) -> {
                of.remove(subscription);
                return of.isEmpty() ? null : of;
            });
        } finally {
            lock.unlock();
        }
    }

    /** How many workflows are watched. */
    int watched() {
        lock.lock();
        try {
            return watched.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes room for what a watcher has not taken yet; false if there is none. */
    boolean reserve(int bytes) {
        if (untakenBytes.addAndGet(bytes) <= UNTAKEN_BYTES_MAX) {
            return true;
        }
        release(bytes);
        return false;
    }

    void release(int bytes) {
        untakenBytes.addAndGet(-bytes);
    }

    /**
     * The state of one workflow, and what it has published after this seq; empty if it was deleted. Waits while others
     * read, so that the engine has the connections, however many watchers come at once.
     */
    Optional<FeedEntry> read(WorkflowKey key, int after) {
        acquire();
        try {
            return node.call(() -> store.feed(List.of(new FeedPosition(key, after)), PAGE_BYTES_MAX)).stream()
                    .findFirst();
        } finally {
            reading.release();
        }
    }

    private void acquire() {
        try {
            if (reading.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while others began to watch", e);
        }
        throw new OverloadedException(
                "too many begin to watch workflows at this node at once: try again later, or at another node",
                PATIENCE);
    }

    /** The last value of each name, in the order of their records. */
    List<PublishedValue> last(WorkflowKey key) {
        return node.call(() -> store.published(key)).stream()
                .sorted(Comparator.comparingInt(PublishedValue::seq))
                .toList();
    }
}

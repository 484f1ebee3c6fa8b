package dev.holdfast.engine.feed;

import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.FeedEntry;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The events of one workflow for one watcher. The watcher first reads what there is, page by page; from then on the
 * feed adds what is new. A watcher that leaves too much untaken is cut off: it can watch again from where it was. One
 * thread takes the events; any thread may {@link #end} them.
 */
public final class FeedSubscription implements AutoCloseable {
    private static final int EVENTS_MAX = 256;
    private static final int BYTES_MAX = 1 << 20;

    private final EventFeed feed;
    private final String id;
    private final WorkflowKey key;
    private final Runnable tooSlow;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** What was read at the start; only the watcher uses it. */
    private final Deque<FeedEvent> backlog = new ArrayDeque<>();

    private final Deque<FeedEvent> untaken = new ArrayDeque<>();
    private int untakenBytes;
    private volatile int after;
    private @Nullable WorkflowStatus told;
    private boolean live;
    private boolean ended;

    FeedSubscription(EventFeed feed, String id, WorkflowKey key, Runnable tooSlow) {
        this.feed = feed;
        this.id = id;
        this.key = key;
        this.tooSlow = tooSlow;
    }

    WorkflowKey key() {
        return key;
    }

    /** The seq up to which the watcher gets, or has got, the values. */
    int after() {
        return after;
    }

    /** Reads the first page. The status is older than the values, or as old: a final one is followed by no others. */
    void start(OptionalInt resumed) {
        after = resumed.orElse(Integer.MAX_VALUE);
        FeedEntry first = feed.read(key, after).orElseThrow(() -> new UnknownWorkflowException(id));
        tell(first.status(), backlog);
        List<PublishedValue> values = resumed.isPresent() ? first.published() : feed.last(key);
        after = resumed.orElse(0);
        values.forEach(value -> add(value, backlog));
        settle(first.isWhole());
    }

    /** Goes on after a page: with the next one, with what the feed adds, or with nothing more. */
    private void settle(boolean isWhole) {
        if (isWhole && told != null && told.isFinal()) {
            end();
        } else if (isWhole) {
            live = true;
            feed.add(this);
        }
    }

    private void readOn() {
        FeedEntry next = feed.read(key, after).orElse(null);
        if (next == null) {
            end();
            return;
        }
        next.published().forEach(value -> add(value, backlog));
        if (next.isWhole()) {
            tell(next.status(), backlog);
        }
        settle(next.isWhole());
    }

    /**
     * Waits up to this time for the next event; empty if none has come. Throws
     * {@link dev.holdfast.StoreUnavailableException} only before the first wait.
     */
    public Optional<FeedEvent> next(Duration patience) throws InterruptedException {
        while (backlog.isEmpty() && !live && !isEnded()) {
            readOn();
        }
        return backlog.isEmpty() ? take(patience) : Optional.of(backlog.removeFirst());
    }

    private Optional<FeedEvent> take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.NANOSECONDS.convert(patience);
            while (untaken.isEmpty() && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            FeedEvent event = untaken.pollFirst();
            if (event == null) {
                return Optional.empty();
            }
            freed(event.bytes());
            return Optional.of(event);
        } finally {
            lock.unlock();
        }
    }

    /** Whether no event follows: the last one told a final status, or this was ended. */
    public boolean isOver() {
        lock.lock();
        try {
            return ended && untaken.isEmpty() && backlog.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds what is new. A page that is not whole has no status yet: values come before the status that follows them.
     */
    void offer(FeedEntry entry) {
        if (isEnded()) {
            return;
        }
        boolean fits;
        lock.lock();
        try {
            for (PublishedValue value : entry.published()) {
                add(value, untaken);
            }
            if (entry.isWhole()) {
                tell(entry.status(), untaken);
                ended |= entry.status().isFinal();
            }
            fits = account();
            ended |= !fits;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (isEnded()) {
            feed.remove(this);
        }
        if (!fits) {
            tooSlow.run();
        }
    }

    /** Takes room for all that is untaken; without room drops it. */
    private boolean account() {
        int bytes = untaken.stream().mapToInt(FeedEvent::bytes).sum();
        int more = bytes - untakenBytes;
        if (untaken.size() <= EVENTS_MAX && bytes <= BYTES_MAX && feed.reserve(more)) {
            untakenBytes = bytes;
            return true;
        }
        untaken.clear();
        freed(untakenBytes);
        return false;
    }

    private void freed(int bytes) {
        untakenBytes -= bytes;
        feed.release(bytes);
    }

    private void add(PublishedValue value, Deque<FeedEvent> to) {
        if (value.seq() > after) {
            to.add(new FeedEvent.Published(value));
            after = value.seq();
        }
    }

    private void tell(WorkflowStatus status, Deque<FeedEvent> to) {
        if (status != told) {
            told = status;
            to.add(new FeedEvent.Status(status));
        }
    }

    /** Ends the events; what is there can still be taken. Called by any thread. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        feed.remove(this); // what it has not got must not hold up others
    }

    @Override
    public void close() {
        end();
        lock.lock();
        try {
            untaken.clear();
            freed(untakenBytes);
        } finally {
            lock.unlock();
        }
    }
}

package dev.holdfast.engine.execution;

import dev.holdfast.spi.HistoryEvent.ChildStarted;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowWrite.Unloading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one execution: which run, and which wait. A short wait is in memory. Once all threads wait, and none
 * for a moment only, the workflow is unloaded, so that it costs no thread. Safe for all threads.
 *
 * <p>Its lock is taken before those of {@link Signals} and {@link WorkflowLog}, and never while one of these is held.
 * Waking takes no lock: a thread is among those that wait before it looks whether it can go on.
 */
final class Waits {
    private static final long NEVER = Long.MAX_VALUE;

    private final WorkflowLog log;
    private final ExecutionState state;
    private final Signals signals;
    private final DeadlineDelivery deadline;
    private final Platform platform;
    /** The longest wait in memory of a workflow that does nothing else. */
    private final Duration kept;

    private final ReentrantLock lock = new ReentrantLock();
    /** In the order of their start. Changed under the lock; read without it by those who wake. */
    private final Map<Thread, BlockedThread> blocked =
            new ConcurrentSkipListMap<>(Comparator.comparingLong(Thread::threadId));

    private int running = 1;
    private boolean departing;

    Waits(
            WorkflowLog log,
            ExecutionState state,
            Signals signals,
            DeadlineDelivery deadline,
            Platform platform,
            Duration kept) {
        this.log = log;
        this.state = state;
        this.signals = signals;
        this.deadline = deadline;
        this.platform = platform;
        this.kept = kept;
    }

    /** Whether a wait may be over before the workflow is unloaded: it is short, or another branch may run longer. */
    boolean mayEndInMemory(Call call, Duration time) {
        return !call.position().isMain() || time.compareTo(kept) <= 0;
    }

    /** A thread more runs. */
    void threadStarted() {
        lock.lock();
        try {
            running++;
        } finally {
            lock.unlock();
        }
    }

    /** A thread has ended; wakes the thread that waits for it, and one that decides if that has gone on or ended. */
    void threadEnded(Thread waiting) {
        boolean allWait;
        lock.lock();
        try {
            running--;
            allWait = running == 0 && !blocked.containsKey(waiting);
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(waiting);
        if (allWait) {
            wakeAll();
        }
    }

    /**
     * Whether none of the threads can go on by itself: so many wait for a commit, and the others for what has not come,
     * or until the workflow has left.
     */
    boolean isStill(int committing) {
        lock.lock();
        try {
            return departing
                    || running == committing && blocked.values().stream().noneMatch(this::goesOn);
        } finally {
            lock.unlock();
        }
    }

    /** Lets this thread check at once whether it can go on. */
    void wake(Thread thread) {
        LockSupport.unpark(thread);
    }

    /** Lets all threads check at once whether they can go on. */
    void wakeAll() {
        wakeIf(waiting -> true);
    }

    /** Lets the threads that wait for this signal check at once whether they can go on. */
    void wakeForSignal(String name) {
        Wait arrived = Wait.forSignal(name);
        wakeIf(waiting -> arrived instanceof Wait.Child
                ? waiting.waitsFor() instanceof Wait.Child
                : arrived.equals(waiting.waitsFor()));
    }

    private void wakeIf(Predicate<BlockedThread> condition) {
        blocked.values().stream().filter(condition).map(BlockedThread::thread).forEach(LockSupport::unpark);
    }

    /** Throws if the code must not continue here: it was unwound, or it has to leave. */
    void requireOpen() {
        state.requireNotUnwound();
        while (state.mustLeave()) {
            block(BlockedThread.leaving(now(), () -> !state.mustLeave()));
        }
    }

    /** Waits for this time; returns early if {@code enough} is true. */
    void until(Call call, Wait wait, Duration time, BooleanSupplier enough) {
        block(BlockedThread.timer(now(), call, wait, time, true, enough));
    }

    /**
     * Waits for this time, whose end is seen when the workflow is loaded again: returns only if {@code enough} is true.
     */
    void untilLoaded(Call call, Wait wait, Duration time, BooleanSupplier enough) {
        block(BlockedThread.timer(now(), call, wait, time, false, enough));
    }

    /**
     * Waits for a signal; returns if one was sent in time, if {@code orElse} is true, or if the time is over.
     *
     * @param deadline signals that were sent later do not count
     * @param left null if it has no limit
     * @param endsInMemory false if the limit can only be decided when the workflow is loaded again
     */
    void forSignal(
            Call call,
            String name,
            @Nullable Instant deadline,
            @Nullable Duration left,
            boolean endsInMemory,
            BooleanSupplier orElse) {
        BooleanSupplier enough = () -> signals.first(name, deadline).isPresent() || orElse.getAsBoolean();
        block(BlockedThread.signal(now(), call, new Wait.Signal(name), left, endsInMemory, enough));
    }

    /**
     * Waits for the end of a child; returns if it has come, if {@code orElse} is true, or after this time; null is no
     * limit.
     */
    void forChild(Call call, ChildStarted child, BooleanSupplier orElse, @Nullable Duration left) {
        BooleanSupplier enough = () -> signals.first(child.endSignal(), null).isPresent() || orElse.getAsBoolean();
        block(BlockedThread.child(now(), call, new Wait.Child(child.definition()), left, enough));
    }

    /** Waits for the branches of a join; returns if {@code enough} is true, or after this time; null is no limit. */
    void forBranches(Call call, @Nullable Duration left, BooleanSupplier enough) {
        block(BlockedThread.join(now(), call, left, enough));
    }

    /** Waits a moment in memory, because the store cannot answer. */
    void aMoment(Call call, Wait wait) {
        block(BlockedThread.timer(now(), call, wait, kept, true, () -> false));
    }

    /** Returns when the wait is over. Throws if the workflow leaves this process meanwhile. */
    private void block(BlockedThread waiting) {
        state.forgetInterrupts();
        boolean flushed = false;
        long now = waiting.sinceNanos(); // so that one that leaves at once has exactly its time left
        lock.lock();
        try {
            blocked.put(waiting.thread(), waiting);
            running--;
            while (!isOver(waiting, now)) {
                long nanos = departing ? NEVER : restOf(waiting, now);
                if (nanos <= 0) {
                    Unwind left = depart(now);
                    if (left != null) {
                        throw left;
                    }
                    nanos = ownRest(waiting, now); // another thread goes on, and looks again when it waits
                }
                lock.unlock();
                try {
                    if (flushed) {
                        park(nanos); // at once: what may block between the look and this would take a wake-up
                    } else {
                        log.flush();
                        flushed = true;
                    }
                } finally {
                    lock.lock();
                }
                now = now();
            }
        } finally {
            running++;
            blocked.remove(waiting.thread());
            lock.unlock();
        }
    }

    private long now() {
        return platform.nanoTime();
    }

    private void park(long nanos) {
        if (nanos == NEVER) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
        if (Thread.interrupted()) {
            throw state.unwind("interrupted while it waited");
        }
    }

    /** Whether it can go on. Throws if the code was unwound. */
    private boolean isOver(BlockedThread waiting, long now) {
        state.requireNotUnwound();
        return !departing && (waiting.enough().getAsBoolean() || ownRest(waiting, now) <= 0);
    }

    /** The part of its limit that is left. Without waits in memory no time passes in memory. */
    private long nanosLeft(BlockedThread waiting, long now) {
        Duration left = waiting.left();
        if (left == null) {
            return NEVER;
        }
        return TimeUnit.NANOSECONDS.convert(left) - (kept.isZero() ? 0 : now - waiting.sinceNanos());
    }

    /** How long to wait before the next look; 0 if the workflow must leave now. */
    private long restOf(BlockedThread waiting, long now) {
        long own = ownRest(waiting, now);
        if (running > 0) {
            return Math.max(own, 1);
        }
        if (state.mustLeave()) {
            return 0;
        }
        long soon = kept.toNanos();
        long lingers = 0;
        for (BlockedThread other : blocked.values()) {
            if (other.endsInMemory() && nanosLeft(other, now) <= soon || goesOn(other)) {
                return Math.max(own, 1);
            }
            if (other.lingers()) {
                lingers = Math.max(lingers, soon - (now - other.sinceNanos()));
            }
        }
        return lingers <= 0 ? 0 : Math.max(Math.min(own, lingers), 1);
    }

    private long ownRest(BlockedThread waiting, long now) {
        return waiting.endsInMemory() ? nanosLeft(waiting, now) : NEVER;
    }

    /** Whether it can go on, and only has to wake up; wakes it. */
    private boolean goesOn(BlockedThread waiting) {
        boolean enough = waiting.enough().getAsBoolean();
        if (enough) {
            LockSupport.unpark(waiting.thread());
        }
        return enough;
    }

    /** Lets the workflow leave; returns the error to throw once that is committed, or null if it can go on. */
    private @Nullable Unwind depart(long now) {
        OperatorAction pause = state.pause();
        Departure departure;
        if (pause != null) {
            departure = new Departure(Unloading.paused(), log.beginPause(pause));
        } else if (state.mustLeave()) {
            departure = Departure.begin(log, Unloading.queued());
        } else {
            departure = signals.whileNoneArrives(() ->
                    blocked.values().stream().anyMatch(this::goesOn) ? null : Departure.begin(log, unloading(now)));
        }
        if (departure == null) {
            return null;
        }
        departing = true;
        lock.unlock();
        try {
            return log.unloaded(departure.unloading(), departure.committed());
        } finally {
            lock.lock();
        }
    }

    /** A departure that is not committed yet. */
    private record Departure(Unloading unloading, CompletableFuture<Void> committed) {
        static Departure begin(WorkflowLog log, Unloading unloading) {
            return new Departure(unloading, log.beginUnload(unloading));
        }
    }

    /** The unloading until the first of all waits is over. */
    private Unloading unloading(long now) {
        long least = NEVER;
        boolean isLate = false;
        List<Wait> waits = new ArrayList<>();
        Call main = null;
        for (BlockedThread waiting : inOrder(now)) {
            least = Math.min(least, nanosLeft(waiting, now));
            if (waiting.waitsFor() != null) {
                waits.add(waiting.waitsFor());
                isLate |= waiting.waitsFor() instanceof Wait.Signal signal
                        && signals.first(signal.name(), null).isPresent();
            }
            if (waiting.call() != null && waiting.call().position().isMain()) {
                main = waiting.call();
            }
        }
        if (waits.stream().anyMatch(Wait.Child.class::isInstance)) {
            waits.add(Wait.Child.ANY); // the one that its end wakes
        }
        Call call = Objects.requireNonNull(main);
        Duration dueIn = deadline.limit(call, least == NEVER ? null : Duration.ofNanos(Math.max(least, 0)));
        Unloading unloading = Unloading.waiting(waits, dueIn).untaken(signals.untaken());
        unloading = isLate ? unloading.dueAtOnce() : unloading;
        return call.isCancellable() ? unloading : unloading.uncancellable();
    }

    /** Those that need somebody first, then those that are over first. */
    private List<BlockedThread> inOrder(long now) {
        return blocked.values().stream()
                .sorted(Comparator.comparingInt((BlockedThread waiting) -> needsSomebody(waiting) ? 0 : 1)
                        .thenComparingLong(waiting -> nanosLeft(waiting, now)))
                .toList();
    }

    private static boolean needsSomebody(BlockedThread waiting) {
        return waiting.waitsFor() instanceof Wait.Signal;
    }
}

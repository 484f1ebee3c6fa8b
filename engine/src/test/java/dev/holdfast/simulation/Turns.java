package dev.holdfast.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs many threads on the one that calls {@link #take}: one at a time, until it waits or yields. Which one comes next,
 * a seed decides. The threads are virtual ones with this as their scheduler, and so are all that they start. What waits
 * for a time is woken when {@link #advance} has moved the time so far.
 */
final class Turns implements Executor {
    /** How likely it is, in percent, that a thread which asks for it gives up its turn. */
    private final int yields;

    /** Whether threads have priorities, which rarely change, instead of equal chances. */
    private final boolean hasPriorities;

    private final RandomGenerator random;
    private final VirtualThreads threads = new VirtualThreads(this);
    private final VirtualTimers timers = new VirtualTimers();
    private final List<Thread> started = new ArrayList<>();
    /** Threads by the order in which they were first ready. */
    private final IdentityHashMap<Runnable, Integer> numbers = new IdentityHashMap<>();

    private final NavigableMap<Integer, Runnable> ready = new TreeMap<>();
    private final Map<Integer, Integer> priorities = new TreeMap<>();
    private @Nullable Thread carrier;
    private long taken;
    private long order;

    Turns(RandomGenerator random) {
        this.random = random;
        this.yields = random.nextInt(4) * 10;
        this.hasPriorities = random.nextBoolean();
    }

    /** Makes threads that take turns. */
    ThreadFactory threads(String name) {
        ThreadFactory made = threads.factory(name);
        return task -> {
            Thread thread = made.newThread(task);
            started.add(thread);
            return thread;
        };
    }

    /** Called by the Java runtime when a thread can go on. */
    @Override
    public void execute(Runnable thread) {
        Thread caller = Thread.currentThread();
        if (!caller.equals(carrier) && !caller.isVirtual()) {
            throw new IllegalStateException("a thread outside the simulation has woken one inside: " + caller);
        }
        int number = numbers.computeIfAbsent(thread, first -> numbers.size());
        ready.put(number, thread);
    }

    /** Lets others go first, sometimes. Called by threads of the simulation. */
    @SuppressWarnings("ThreadPriorityCheck") // this is the scheduler
    void mayYield() {
        if (Thread.currentThread().isVirtual() && yields > 0 && random.nextInt(100) < yields) {
            Thread.yield();
        }
    }

    /** Lets others go first until this time has passed. Called by threads of the simulation. */
    void sleep(long nanos, boolean isDeaf) throws InterruptedException {
        long end = nanoTime() + nanos;
        boolean interrupted = false;
        while (nanoTime() - end < 0) {
            LockSupport.parkNanos(end - nanoTime());
            interrupted |= Thread.interrupted();
            if (interrupted && !isDeaf) {
                throw new InterruptedException("the body was interrupted");
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs up to so many turns; returns how many of them were not taken, because all threads wait. */
    int take(int turns) {
        carrier = Thread.currentThread();
        VirtualTimers.use(timers);
        try {
            int left = turns;
            while (left > 0 && !ready.isEmpty()) {
                next().run();
                left--;
                taken++;
            }
            return left;
        } finally {
            VirtualTimers.use(null);
            carrier = null;
        }
    }

    /** Starts a thread. */
    void start(String name, Runnable task) {
        carrier = Thread.currentThread();
        try {
            threads(name).newThread(task).start();
        } finally {
            carrier = null;
        }
    }

    /** Moves the time, and makes those ready that have waited for it. */
    void advance(long nanos) {
        carrier = Thread.currentThread();
        try {
            timers.advance(nanos);
        } finally {
            carrier = null;
        }
    }

    /** The time, in nanoseconds from the beginning. */
    long nanoTime() {
        return timers.now();
    }

    /** Where the threads are that have not ended. */
    String stacks() {
        StringBuilder text = new StringBuilder();
        carrier = Thread.currentThread();
        for (Thread thread : started) {
            if (thread.isAlive()) {
                text.append("\n").append(thread);
                Arrays.stream(thread.getStackTrace())
                        .filter(place -> place.getClassName().startsWith("dev.holdfast.engine"))
                        .forEach(place -> text.append("\n      ").append(place));
            }
        }
        carrier = null;
        return text.toString();
    }

    /** The number of turns that were taken. */
    long taken() {
        return taken;
    }

    /** A number that stands for the order of all turns so far. */
    long order() {
        return order;
    }

    private Runnable next() {
        int number = hasPriorities ? first() : any();
        order = order * 31 + number;
        return Objects.requireNonNull(ready.remove(number));
    }

    private int any() {
        int skip = random.nextInt(ready.size());
        for (int number : ready.keySet()) {
            if (skip-- == 0) {
                return number;
            }
        }
        throw new IllegalStateException("nothing is ready");
    }

    private int first() {
        int best = -1;
        int highest = -1;
        for (int number : ready.keySet()) {
            int priority = priorities.computeIfAbsent(number, unused -> random.nextInt(1_000));
            if (priority > highest) {
                highest = priority;
                best = number;
            }
        }
        if (random.nextInt(10) == 0) {
            priorities.put(best, random.nextInt(1_000));
        }
        return best;
    }
}

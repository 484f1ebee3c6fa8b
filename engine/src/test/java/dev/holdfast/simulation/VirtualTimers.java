package dev.holdfast.simulation;

import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of threads that wait for a time, by a time that only {@link #advance} moves. They stand in for those of
 * the Java runtime for all threads with a scheduler of their own.
 */
final class VirtualTimers {
    /**
     * Times are rounded up to this: the classes of the Java runtime count the rest of a wait by the real time, a little
     * of which passes in a simulation.
     */
    private static final long GRAIN = 100_000_000;

    private static final ThreadLocal<@Nullable VirtualTimers> CURRENT = new ThreadLocal<>();

    /** The timers of the Java runtime. */
    private static final Object[] OF_RUNTIME = ofRuntime();

    private static final Object REPLACEMENT = replacement();

    private final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
        private final long at;

        Timer(Runnable task, long at) {
            super(task, null);
            this.at = at;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - now, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    private final TreeMap<Long, List<Timer>> timers = new TreeMap<>();
    private long now;

    /** Timers that this thread starts, while it runs others, are these. */
    static void use(@Nullable VirtualTimers timers) {
        CURRENT.set(timers);
        Arrays.fill(OF_RUNTIME, REPLACEMENT); // also if the same class of another loader has put its own there
    }

    long now() {
        return now;
    }

    /** Moves the time, and runs the tasks that are due. */
    void advance(long nanos) {
        now += nanos;
        while (!timers.isEmpty() && timers.firstKey() <= now) {
            List<Timer> due = timers.pollFirstEntry().getValue();
            due.forEach(Timer::run); // nothing if it was cancelled
        }
    }

    private Timer start(Runnable task, long nanos) {
        Timer timer = new Timer(task, now + Math.ceilDiv(Math.max(nanos, 1), GRAIN) * GRAIN);
        timers.computeIfAbsent(timer.at, time -> new ArrayList<>()).add(timer);
        return timer;
    }

    private static Object[] ofRuntime() {
        try {
            Field field = Class.forName("java.lang.VirtualThread$DelayedTaskSchedulers")
                    .getDeclaredField("INSTANCE");
            field.setAccessible(true);
            return (Object[]) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java runtime has no timers of virtual threads to replace", e);
        }
    }

    private static Object replacement() {
        return Proxy.newProxyInstance(
                VirtualTimers.class.getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (self, method, arguments) -> {
                    VirtualTimers current = CURRENT.get();
                    if (!method.getName().equals("schedule") || current == null) {
                        throw new IllegalStateException("no simulation runs, but " + method + " was called");
                    }
                    return current.start(
                            (Runnable) arguments[0], ((TimeUnit) arguments[2]).toNanos((Long) arguments[1]));
                });
    }
}

package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.Store;
import dev.holdfast.spi.VersionWake;
import dev.holdfast.spi.Wait;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Wakes the workflows of gained buckets that wait for a version that is registered here. A node that starts gains its
 * buckets, so this also serves new versions. Safe for all threads.
 */
public final class VersionWaker {
    private static final int PAGE = 1_000;

    private final Store store;
    private final List<Wait.Version> registered;
    private final long intervalNanos;
    private final Set<Integer> gained = new HashSet<>();
    private long notBeforeNanos = System.nanoTime();

    public VersionWaker(Store store, Definitions definitions, Duration interval) {
        this.store = store;
        this.registered = definitions.all().stream()
                .map(definition -> new Wait.Version(definition.name(), definition.version()))
                .toList();
        this.intervalNanos = interval.toNanos();
    }

    synchronized void gained(Set<Integer> buckets) {
        gained.addAll(buckets);
        notBeforeNanos = System.nanoTime();
    }

    synchronized void lost() {
        gained.clear();
    }

    /** Wakes a page of them; returns how many. */
    int wake() {
        Set<Integer> buckets = next();
        if (buckets.isEmpty()) {
            return 0;
        }
        VersionWake result = store.wakeVersions(buckets, registered, PAGE);
        done(buckets, result);
        return result.woken();
    }

    private synchronized Set<Integer> next() {
        boolean waits = registered.isEmpty() || System.nanoTime() - notBeforeNanos < 0;
        return waits ? Set.of() : Set.copyOf(gained);
    }

    /** What is left without being woken is held by somebody; it is tried again after an interval. */
    private synchronized void done(Set<Integer> buckets, VersionWake result) {
        if (result.isDone()) {
            gained.removeAll(buckets);
        } else if (result.woken() == 0) {
            notBeforeNanos = System.nanoTime() + intervalNanos;
        }
    }
}

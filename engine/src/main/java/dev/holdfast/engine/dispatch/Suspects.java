package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The workflows during which several processes have ended. They run one at a time, so that the one that kills the
 * process can be distinguished from the others. A turn ends when its workflow leaves this process; after the time of a
 * turn another suspect may run beside it, because a workflow with a long body must not stop the others. Safe for all
 * threads.
 */
final class Suspects {
    private final long turnNanos;
    private final Set<WorkflowKey> waiting = new LinkedHashSet<>();
    private @Nullable WorkflowKey running;
    private long since;

    Suspects(Duration turn) {
        this.turnNanos = turn.toNanos();
    }

    /** Begins the turn of this workflow, or lets it wait; returns whether it may run. */
    synchronized boolean begin(WorkflowKey key) {
        if (isTaken() && !key.equals(running)) {
            waiting.add(key);
            return false;
        }
        waiting.remove(key);
        running = key;
        since = System.nanoTime();
        return true;
    }

    /** Ends the turn of this workflow, if it has it. */
    synchronized void end(WorkflowKey key) {
        if (key.equals(running)) {
            running = null;
        }
    }

    /** Removes and returns the workflow that may run next, if the turn is free. */
    synchronized Optional<WorkflowKey> next() {
        Optional<WorkflowKey> next =
                isTaken() ? Optional.empty() : waiting.stream().findFirst();
        next.ifPresent(waiting::remove);
        return next;
    }

    private boolean isTaken() {
        return running != null && System.nanoTime() - since < turnNanos;
    }

    synchronized boolean isWaiting(WorkflowKey key) {
        return waiting.contains(key);
    }

    /** The number of workflows that wait. */
    synchronized int size() {
        return waiting.size();
    }

    synchronized void clear() {
        waiting.clear();
        running = null;
    }
}

package dev.holdfast.engine.dispatch;

import dev.holdfast.engine.execution.Execution;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many due workflows are taken up at a time: each has a place from its start until the commit of its load, before
 * any of its code runs. So a backlog, however large, delays the commits of others about as much as this number of
 * callers would, and yet keeps the writer busy. Safe for all threads.
 */
final class LoadingWindow {
    private static final int PLACES = 128;
    /** Workflows are read in pages, so places are given by the half. */
    private static final int PAGE = PLACES / 2;

    private final AtomicInteger taken = new AtomicInteger();
    private volatile Runnable listener = () -> {};

    /** Sets what runs when there is room for a page again. */
    void onRoom(Runnable told) {
        listener = told;
    }

    /** Gives a place to a workflow that is started next, beyond the limit if need be. */
    void enter(Execution execution) {
        taken.incrementAndGet();
        CompletableFuture<Void> unused = execution.loaded().thenRun(this::leave);
    }

    private void leave() {
        if (taken.decrementAndGet() == PLACES - PAGE) {
            listener.run();
        }
    }

    /** The number of free places; 0 while there are too few for a page. */
    int free() {
        int free = PLACES - taken.get();
        return free < PAGE ? 0 : free;
    }
}

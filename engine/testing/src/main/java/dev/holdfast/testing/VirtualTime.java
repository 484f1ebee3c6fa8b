package dev.holdfast.testing;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Moves the clock of a database, and only at moments at which nothing can run: no body is in progress, every record is
 * written, and no message is left to apply. Safe for all threads.
 */
final class VirtualTime {
    private final MemoryDatabase database;
    private final VirtualClock clock;
    private final Supplier<? extends Error> busy;

    /** {@code busy} says what still runs when a wait took too long. */
    VirtualTime(MemoryDatabase database, VirtualClock clock, Supplier<? extends Error> busy) {
        this.database = database;
        this.clock = clock;
        this.busy = busy;
    }

    Instant now() {
        return clock.instant();
    }

    /** Waits until nothing can run. */
    void awaitIdle(Deadline deadline) {
        boolean unused = whenIdle(deadline, next -> true);
    }

    /** Moves to this time, from one due time to the next, and waits at each until nothing can run. */
    void advanceTo(Instant end, Deadline deadline) {
        boolean isBefore = true;
        while (isBefore) {
            isBefore = whenIdle(deadline, next -> {
                Optional<Instant> due = next.filter(time -> !time.isAfter(end));
                clock.moveTo(due.orElse(end));
                return due.isPresent();
            });
        }
    }

    /** Moves to the next due time; returns whether there is one. */
    boolean advanceToNext(Deadline deadline) {
        return whenIdle(deadline, next -> {
            next.ifPresent(clock::moveTo);
            return next.isPresent();
        });
    }

    private boolean whenIdle(Deadline deadline, Function<Optional<Instant>, Boolean> act) {
        try {
            return database.whenIdle(deadline.left(), act).orElseThrow(busy);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("the test was interrupted while it waited for its workflows", e);
        }
    }
}

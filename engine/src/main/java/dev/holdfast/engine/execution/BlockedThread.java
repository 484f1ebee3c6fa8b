package dev.holdfast.engine.execution;

import dev.holdfast.spi.Wait;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a branch that waits at a call. Made on that thread, and used under the lock of {@link Waits}.
 *
 * @param thread that waits
 * @param sinceNanos when it began to wait
 * @param call null if it waits until all have left this process
 * @param waitsFor what it waits for; null if only for other branches
 * @param left how long it waits from then; null if it has no limit
 * @param endsInMemory whether it may go on in memory when the limit is over; else the limit is over for a workflow that
 *     is loaded again
 * @param lingers whether the workflow is kept loaded for a moment, because what it waits for may come soon
 * @param enough whether it can go on before the limit
 */
record BlockedThread(
        Thread thread,
        long sinceNanos,
        @Nullable Call call,
        @Nullable Wait waitsFor,
        @Nullable Duration left,
        boolean endsInMemory,
        boolean lingers,
        BooleanSupplier enough) {
    /** Waits for a time. */
    static BlockedThread timer(
            long now, Call call, Wait wait, Duration left, boolean endsInMemory, BooleanSupplier enough) {
        return of(now, call, wait, left, endsInMemory, false, enough);
    }

    /** Waits for a signal. */
    static BlockedThread signal(
            long now,
            Call call,
            Wait.Signal wait,
            @Nullable Duration left,
            boolean endsInMemory,
            BooleanSupplier enough) {
        return of(now, call, wait, left, endsInMemory, true, enough);
    }

    /** Waits for the end of a child. */
    static BlockedThread child(long now, Call call, Wait.Child wait, @Nullable Duration left, BooleanSupplier enough) {
        return of(now, call, wait, left, true, true, enough);
    }

    /** Waits for the branches of a join. */
    static BlockedThread join(long now, Call call, @Nullable Duration left, BooleanSupplier enough) {
        return of(now, call, null, left, true, false, enough);
    }

    /**
     * Waits until all threads have left this process, because the workflow is stopped or paused; goes on if a cancel
     * has ended the pause.
     */
    static BlockedThread leaving(long now, BooleanSupplier enough) {
        return of(now, null, null, null, true, false, enough);
    }

    private static BlockedThread of(
            long now,
            @Nullable Call call,
            @Nullable Wait waitsFor,
            @Nullable Duration left,
            boolean endsInMemory,
            boolean lingers,
            BooleanSupplier enough) {
        return new BlockedThread(Thread.currentThread(), now, call, waitsFor, left, endsInMemory, lingers, enough);
    }
}

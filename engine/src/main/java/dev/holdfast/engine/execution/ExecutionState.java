package dev.holdfast.engine.execution;

import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether an execution may continue, and how it left this process. Used by the workflow's thread; other threads call
 * only {@link #stop}, {@link #drop}, {@link #requestPause} and {@link #wake}.
 */
final class ExecutionState {
    private @Nullable Unwind unwind;
    private @Nullable ParkingReason parked;
    private @Nullable Duration dueIn;
    private boolean unloaded;
    private volatile boolean uncancellable;
    private volatile boolean stopping;
    private volatile boolean dropped;
    private volatile @Nullable OperatorAction pause;
    private boolean compensates;
    private volatile @Nullable Thread sleeper;

    /** Makes the code unwind at its next call. A running body may end, and its outcome is recorded. */
    void stop() {
        stopping = true;
        wake();
    }

    /** Makes the code unwind, and records nothing any more. */
    void drop() {
        recordNothing();
        stop();
    }

    /** Records nothing any more, and leaves the code waiting where it waits. */
    void recordNothing() {
        dropped = true;
    }

    /** Lets {@link #sleep} check at once whether it must return early. */
    void wake() {
        LockSupport.unpark(sleeper);
    }

    /** Requests a pause at the next call; returns false if the code compensates. Called by any thread. */
    synchronized boolean requestPause(OperatorAction action) {
        if (compensates) {
            return false;
        }
        pause = action;
        wake();
        return true;
    }

    /** The requested pause; null if there is none. */
    @Nullable
    OperatorAction pause() {
        return pause;
    }

    /** The code compensates from now on. Returns the requested pause, which is not possible any more. */
    synchronized Optional<OperatorAction> beginCompensation() {
        compensates = true;
        OperatorAction refused = pause;
        pause = null;
        return Optional.ofNullable(refused);
    }

    /** Whether the code must unwind at its next call. */
    boolean isStopping() {
        return stopping;
    }

    /** Whether nothing may be recorded any more. */
    boolean isDropped() {
        return dropped;
    }

    /** Throws if the thread was unwound, or the execution was dropped. */
    void requireNotUnwound() {
        if (unwind != null) {
            throw unwind;
        }
        if (dropped) {
            throw unwind("the outcome of the body is dropped");
        }
    }

    /** Marks the thread as unwound; returns the error to throw. */
    Unwind unwind(String reason) {
        unwind = new Unwind(reason);
        return unwind;
    }

    /** Whether an error to unwind was thrown, also if the code has caught it. */
    boolean isUnwound() {
        return unwind != null;
    }

    /** Marks the workflow as parked; returns the error to throw. */
    Unwind parked(ParkingReason reason) {
        parked = reason;
        return unwind("parked as " + reason.cause());
    }

    /** The reason for which the workflow was parked here, if it was. */
    Optional<ParkingReason> parked() {
        return Optional.ofNullable(parked);
    }

    /** Marks the workflow as paused; returns the error to throw. */
    Unwind paused() {
        return unloaded(WorkflowWrite.Unloading.paused());
    }

    /** Marks the workflow as unloaded; returns the error to throw. */
    Unwind unloaded(WorkflowWrite.Unloading unloading) {
        unloaded = true;
        uncancellable = !unloading.isCancellable();
        dueIn = unloading.dueIn();
        return unwind("it is " + unloading.until());
    }

    /** Whether it was unloaded to wait where no cancel reaches it. */
    boolean waitsUncancellably() {
        return uncancellable;
    }

    /**
     * The time from its leaving until it is due: as it was unloaded, or {@code otherwise} if it was not. Empty if only
     * a message wakes it.
     */
    Optional<Duration> dueIn(Duration otherwise) {
        return Optional.ofNullable(unloaded ? dueIn : otherwise);
    }

    /** Clears an interrupt that user code left behind; the next one is the engine's. Throws if unwound or dropped. */
    void forgetInterrupts() {
        boolean unused = Thread.interrupted();
        requireNotUnwound();
    }

    private boolean mustLeave() {
        return stopping || pause != null;
    }

    /** Sleeps for this time; returns early if it must stop or {@code enough} is true. Throws if interrupted. */
    void sleep(Duration time, BooleanSupplier enough) {
        forgetInterrupts();
        long nanos = TimeUnit.NANOSECONDS.convert(time);
        long deadline = System.nanoTime() + nanos;
        sleeper = Thread.currentThread();
        for (long left = nanos;
                left > 0 && !mustLeave() && !enough.getAsBoolean();
                left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw unwind("interrupted while it waited");
            }
        }
    }
}

package dev.holdfast.engine.execution;

import dev.holdfast.spi.ParkingReason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether an execution may go on, and how it left. Used by the workflow's thread; {@link #stop}, {@link #drop} and
 * {@link #wake} by others.
 */
final class ExecutionState {
    private @Nullable Unwind unwind;
    private @Nullable ParkingReason parked;
    private @Nullable Duration dueIn;
    private volatile boolean stopping;
    private volatile boolean dropped;
    private volatile @Nullable Thread sleeper;

    /** From another thread: unwind at the next call; a body that runs may end and be recorded. */
    void stop() {
        stopping = true;
        wake();
    }

    /** From another thread: record nothing any more. */
    void drop() {
        dropped = true;
        stop();
    }

    /** From another thread: end a back-off early, so that the workflow sees a change. */
    void wake() {
        LockSupport.unpark(sleeper);
    }

    /** Whether it must unwind at the next call. */
    boolean isStopping() {
        return stopping;
    }

    /** Whether nothing may be recorded any more. */
    boolean isDropped() {
        return dropped;
    }

    /** Throws when the thread was unwound, or this process may not write the workflow any more. */
    void requireNotUnwound() {
        if (unwind != null) {
            throw unwind;
        }
        if (dropped) {
            throw unwind("what the body returned is dropped");
        }
    }

    /** Unwinds without recording anything; returns the error to throw. */
    Unwind unwind(String reason) {
        unwind = new Unwind(reason);
        return unwind;
    }

    /** Whether the workflow's thread was, or should have been, unwound. */
    boolean isUnwound() {
        return unwind != null;
    }

    /** Unwinds because it was parked; returns the error to throw. */
    Unwind parked(ParkingReason reason) {
        parked = reason;
        return unwind("parked as " + reason.cause());
    }

    /** Why the workflow was parked here, if it was. */
    Optional<ParkingReason> parked() {
        return Optional.ofNullable(parked);
    }

    /** Unwinds because it was unloaded, to be due again after this time; returns the error to throw. */
    Unwind unloaded(Duration until, String reason) {
        dueIn = until;
        return unwind(reason);
    }

    /** When the workflow is due again, if it was unloaded here. */
    Optional<Duration> dueIn() {
        return Optional.ofNullable(dueIn);
    }

    /** Clears an interrupt that user code has left behind, so that the next one is the engine's. */
    void forgetInterrupts() {
        boolean unused = Thread.interrupted();
        requireNotUnwound();
    }

    /** Sleeps for this time, or until it must stop or {@code enough}. Throws when it is interrupted. */
    void sleep(Duration time, BooleanSupplier enough) {
        forgetInterrupts();
        long nanos = TimeUnit.NANOSECONDS.convert(time);
        long deadline = System.nanoTime() + nanos;
        sleeper = Thread.currentThread();
        for (long left = nanos; left > 0 && !stopping && !enough.getAsBoolean(); left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw unwind("interrupted in the back-off");
            }
        }
    }
}

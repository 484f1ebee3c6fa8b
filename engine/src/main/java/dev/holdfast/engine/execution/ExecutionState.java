package dev.holdfast.engine.execution;

import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether an execution may continue, and how it left this process. Safe for all threads. */
final class ExecutionState {
    private volatile @Nullable Unwind unwind;
    private volatile @Nullable ParkingReason parked;
    private volatile WorkflowWrite.@Nullable Unloading unloaded;
    private volatile boolean stopping;
    private volatile boolean dropped;
    private volatile boolean letterOpen;
    private volatile @Nullable OperatorAction pause;
    private boolean compensates;
    private volatile Runnable waker = () -> {};

    /** Sets what runs whenever this changes, on the thread that changes it. */
    void onChange(Runnable wakes) {
        waker = wakes;
    }

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

    /** Lets all that wait check at once whether they must go on. */
    void wake() {
        waker.run();
    }

    /** Requests a pause at the next call; returns false if the code compensates. */
    boolean requestPause(OperatorAction action) {
        synchronized (this) {
            if (compensates) {
                return false;
            }
            pause = action;
        }
        wake();
        return true;
    }

    /** The requested pause; null if there is none. */
    @Nullable
    OperatorAction pause() {
        return pause;
    }

    /** The code compensates from now on. Returns the requested pause, which is not possible any more. */
    Optional<OperatorAction> beginCompensation() {
        OperatorAction refused;
        synchronized (this) {
            compensates = true;
            refused = pause;
            pause = null;
        }
        wake(); // branches that stood still for the pause
        return Optional.ofNullable(refused);
    }

    /** Whether the code must leave this process at its next call, because it was stopped or paused. */
    boolean mustLeave() {
        return stopping || pause != null;
    }

    /**
     * The workflow is parked: its code runs only so that a cancel can be delivered, and records nothing before that.
     */
    void openLetter() {
        letterOpen = true;
    }

    /** A cancel is delivered, which lets the code of a parked workflow go on. */
    void closeLetter() {
        letterOpen = false;
    }

    /** Whether the workflow was parked before it was loaded, and its code must not go on. */
    boolean isLetterOpen() {
        return letterOpen;
    }

    /** Whether nothing may be recorded any more. */
    boolean isDropped() {
        return dropped;
    }

    /** Throws if the code was unwound, or the execution was dropped. */
    void requireNotUnwound() {
        Unwind thrown = unwind;
        if (thrown != null) {
            throw thrown;
        }
        if (dropped) {
            throw unwind("the outcome of the body is dropped");
        }
    }

    /** Throws if no outcome may be recorded. One of a body that ran while another branch was parked may. */
    void requireOutcomes() {
        if (parked == null || dropped) {
            requireNotUnwound();
        }
    }

    /** Marks the code as unwound; returns the error to throw, the same on all threads. */
    Unwind unwind(String reason) {
        Unwind thrown;
        synchronized (this) {
            thrown = unwind == null ? new Unwind(reason) : unwind;
            unwind = thrown;
        }
        wake();
        return thrown;
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

    /** Marks the workflow as unloaded; returns the error to throw. */
    Unwind unloaded(WorkflowWrite.Unloading unloading) {
        unloaded = unloading;
        return unwind("it is " + unloading.until());
    }

    /** Whether it was unloaded to wait where no cancel reaches it. */
    boolean waitsUncancellably() {
        WorkflowWrite.Unloading left = unloaded;
        return left != null && !left.isCancellable();
    }

    /**
     * The time from its leaving until it is due: as it was unloaded, or {@code otherwise} if it was not. Empty if only
     * a message wakes it.
     */
    Optional<Duration> dueIn(Duration otherwise) {
        WorkflowWrite.Unloading left = unloaded;
        return Optional.ofNullable(left == null ? otherwise : left.dueIn());
    }

    /** Clears an interrupt that user code left behind; the next one is the engine's. Throws if unwound or dropped. */
    void forgetInterrupts() {
        boolean unused = Thread.interrupted();
        requireNotUnwound();
    }
}

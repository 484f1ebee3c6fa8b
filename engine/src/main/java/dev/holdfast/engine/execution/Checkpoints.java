package dev.holdfast.engine.execution;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate between one execution and its log. Every wait of a workflow for a commit is here, and so is the rule that
 * nothing is recorded once it was unwound. Used by the workflow's thread; {@link #stop} and {@link #drop} by others.
 */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Mailbox mailbox;
    private @Nullable Unwind unwind;
    private @Nullable ParkingReason parked;
    private @Nullable Duration dueIn;
    private volatile @Nullable OperatorAction cancel;
    private @Nullable OperatorAction loadedFor;
    private volatile @Nullable Cancellation cancelled;
    private volatile boolean stopping;
    private volatile boolean dropped;
    private volatile @Nullable Thread sleeper;

    Checkpoints(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    /** Throws when the workflow was unwound, or is to be because the engine stops. */
    void requireOpen() {
        requireNotUnwound();
        if (stopping) {
            throw unload(WorkflowStatus.QUEUED, Duration.ZERO);
        }
    }

    /** Throws when the workflow was unwound, or this process may not write it any more. */
    void requireNotUnwound() {
        if (unwind != null) {
            throw unwind;
        }
        if (dropped) {
            throw unwind("what the body returned is dropped");
        }
    }

    /** From another thread: unwind at the next step; what runs may end and be recorded. */
    void stop() {
        stopping = true;
        LockSupport.unpark(sleeper);
    }

    /** From another thread: record nothing any more. */
    void drop() {
        dropped = true;
        stop();
    }

    /** Before its thread starts: it is loaded for nothing but to be cancelled. */
    void loadedToCancel(OperatorAction action) {
        loadedFor = action;
        cancel = action;
    }

    /** From another thread: the code is to be cancelled at its next step. */
    void requestCancel(OperatorAction action) {
        if (cancelled == null) {
            cancel = action;
            LockSupport.unpark(sleeper);
        } else {
            CompletableFuture<Void> unused = mailbox.commit(
                    new WorkflowWrite.Answered(action, new ActionResult(true, WorkflowStatus.COMPENSATING)));
        }
    }

    /** Records that a cancel reaches the code here, if one was asked for; throws what takes it back. */
    void cancelIfAsked(int position) {
        OperatorAction requested = cancel;
        if (requested != null && cancelled == null) {
            commit(new WorkflowWrite.Cancelled(position, requested));
            cancel = null;
            throw cancelled();
        }
    }

    /** Cancels as the log says; returns what to throw. */
    Cancellation cancelled() {
        Cancellation thrown = new Cancellation();
        cancelled = thrown;
        OperatorAction repeated = cancel;
        cancel = null;
        if (repeated != null) {
            requestCancel(repeated);
        }
        return thrown;
    }

    /** It came to no step that could be cancelled. What was asked later is decided when this has left. */
    private void refuseCancel() {
        OperatorAction requested = loadedFor;
        if (requested != null && cancelled == null) {
            CompletableFuture<Void> unused = mailbox.commit(
                    new WorkflowWrite.Answered(requested, new ActionResult(false, WorkflowStatus.DEAD_LETTERED)));
        }
    }

    /** What a cancelled workflow's code gets for whatever it does besides undoing. */
    Optional<Cancellation> cancellation() {
        return Optional.ofNullable(cancelled);
    }

    /** From another thread: records what was decided. */
    CompletableFuture<Void> decide(WorkflowWrite decision) {
        return mailbox.commit(decision);
    }

    /** Whether it may record nothing any more. */
    boolean isDropped() {
        return dropped;
    }

    /** Forgets an interrupt that user code has left behind, so that the next one is the engine's. */
    void forgetInterrupts() {
        boolean unused = Thread.interrupted();
        requireNotUnwound();
    }

    /** Leaves this process until it is due; the database says so before the thread unwinds. */
    Unwind unload(WorkflowStatus until, Duration wait) {
        commit(new WorkflowWrite.Unloading(until, wait));
        dueIn = wait;
        return unwind("it is " + until);
    }

    /** When the workflow is due again, if it was unloaded here. */
    Optional<Duration> dueIn() {
        return Optional.ofNullable(dueIn);
    }

    /** Waits between two attempts, unless the engine stops. */
    void sleep(Duration wait) {
        forgetInterrupts();
        flush();
        long nanos = TimeUnit.NANOSECONDS.convert(wait);
        long deadline = System.nanoTime() + nanos;
        sleeper = Thread.currentThread();
        for (long left = nanos; left > 0 && cancel == null; left = deadline - System.nanoTime()) {
            requireOpen();
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw unwind("interrupted in the back-off");
            }
        }
        requireOpen();
    }

    /** Records an entry and returns when it is committed. */
    public void commit(WorkflowWrite write) {
        requireNotUnwound();
        try {
            mailbox.commit(write).join();
        } catch (CompletionException e) {
            throw reason(e);
        }
    }

    /** Records an outcome without waiting; the next record takes it along. */
    public void hold(WorkflowWrite.Outcome outcome) {
        requireNotUnwound();
        mailbox.hold(outcome);
    }

    /** Records what is held without waiting, with the next commit. */
    void flush() {
        mailbox.flush();
    }

    /** Nothing more is recorded. */
    void close() {
        mailbox.close();
    }

    /** Parks the workflow; returns the error to throw, once that is committed. */
    Unwind park(ParkingReason deadLetter) {
        try {
            commit(new WorkflowWrite.Parked(deadLetter));
        } catch (RecordRefusedException refused) {
            parkMinimal(deadLetter.minimal(String.valueOf(refused.getMessage())));
        }
        parked = deadLetter;
        refuseCancel();
        return unwind("parked as " + deadLetter.cause());
    }

    private void parkMinimal(ParkingReason minimal) {
        try {
            commit(new WorkflowWrite.Parked(minimal));
        } catch (RecordRefusedException refused) {
            LOG.error("a workflow cannot be parked, it leaves this process: {}", minimal, refused);
            throw unwind("it cannot be parked");
        }
    }

    /** Why the workflow was parked here, if it was. */
    Optional<ParkingReason> parked() {
        return Optional.ofNullable(parked);
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

    /** Only a refusal is for the one who wanted to record; anything else ends the workflow in this process. */
    private RuntimeException reason(CompletionException e) {
        if (e.getCause() instanceof RecordRefusedException refused) {
            return refused;
        }
        if (!(e.getCause() instanceof OwnershipLostException)) {
            LOG.error("a record was not confirmed, its workflow leaves this process", e);
        }
        throw unwind(String.valueOf(e.getMessage()));
    }
}

package dev.holdfast.engine.execution;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.StepTransaction;
import dev.holdfast.spi.WorkflowWrite;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of one execution. A workflow waits for commits only here. Nothing of its code is recorded once it was
 * unwound, or behind the record by which it leaves this process: only the outcome of a body that ran while another
 * branch was parked. Nothing of it is recorded either while the workflow is parked, before a cancel is delivered. Safe
 * for all threads.
 */
public final class WorkflowLog {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowLog.class);

    private final Mailbox mailbox;
    private final ExecutionState state;
    private final Consumer<WorkflowWrite.Reply> replies;
    /** Set with the record by which the workflow leaves: guarded by this, as are the writes of code. */
    private boolean sealed;
    /** The last outcome of a body that ran while another branch was parked; also guarded by this. */
    private CompletableFuture<Void> lastBehind = CompletableFuture.completedFuture(null);

    /** {@code replies} is called with each committed reply, on a thread that must not be blocked. */
    WorkflowLog(Mailbox mailbox, ExecutionState state, Consumer<WorkflowWrite.Reply> replies) {
        this.mailbox = mailbox;
        this.state = state;
        this.replies = replies;
    }

    /** Records an event; returns once it is committed. */
    public void record(HistoryEvent event) {
        await(put(() -> mailbox.record(event)));
    }

    /** Records that a cancel is delivered, and the reply to it; returns once both are committed. */
    void record(HistoryEvent.Cancelled event, WorkflowWrite.Reply reply) {
        state.closeLetter();
        await(put(() -> mailbox.record(event, reply)));
        replies.accept(reply);
    }

    /** Records an outcome without waiting: it is committed with the next event, or a moment later. */
    public void hold(WorkflowWrite.Outcome outcome) {
        state.requireOutcomes();
        synchronized (this) {
            if (sealed) {
                lastBehind = mailbox.record(outcome);
            } else {
                mailbox.hold(outcome);
            }
        }
    }

    /** Commits the transaction of a body with its outcome. Throws as {@link StepTransaction#commit}. */
    void commit(StepTransaction transaction, WorkflowWrite.Outcome outcome) throws Exception {
        state.requireOutcomes();
        transaction.commit(mailbox, outcome);
    }

    /** Records a decision without waiting: nothing that follows is committed without it. */
    void hold(HistoryEvent.Decision decision) {
        put(() -> {
            mailbox.hold(decision);
            return decision;
        });
    }

    /** Writes what is buffered with the next commit, without waiting. */
    void flush() {
        mailbox.flush();
    }

    /** Records that the workflow is loaded; returns once that is committed. */
    public void load(WorkflowWrite.Loading loading) {
        state.requireNotUnwound();
        await(mailbox.move(loading));
    }

    private <T> T put(Supplier<T> write) {
        return put(write, false);
    }

    private <T> T putLast(Supplier<T> write) {
        return put(write, true);
    }

    private <T> T put(Supplier<T> write, boolean seals) {
        state.requireNotUnwound();
        if (state.isLetterOpen()) {
            throw state.unwind("it is parked, and no cancel can be delivered where it is");
        }
        synchronized (this) {
            if (sealed) {
                throw new Unwind("it leaves this process");
            }
            sealed = seals;
            return write.get();
        }
    }

    /** Begins to unload the workflow: no record of its code follows. */
    CompletableFuture<Void> beginUnload(WorkflowWrite.Unloading unloading) {
        return putLast(() -> mailbox.move(unloading));
    }

    /** Begins to pause the workflow: no record of its code follows. */
    CompletableFuture<Void> beginPause(OperatorAction action) {
        WorkflowWrite.Reply reply = Answered.applied(action, WorkflowStatus.PAUSED);
        return putLast(() -> mailbox.record(new HistoryEvent.Paused(action.ref()), reply))
                .thenRun(() -> replies.accept(reply));
    }

    /** Returns the error to throw once the unloading, or the pause, is committed. */
    Unwind unloaded(WorkflowWrite.Unloading unloading, CompletableFuture<Void> committed) {
        try {
            await(committed);
        } catch (RecordRefusedException refused) {
            LOG.error("a workflow cannot be unloaded, it leaves this process: {}", refused.getMessage());
            return state.unwind("it cannot be unloaded");
        }
        return state.unloaded(unloading);
    }

    /** Parks the workflow; returns the error to throw once that is committed. */
    Unwind park(ParkingReason reason) {
        try {
            await(putLast(() -> mailbox.record(new HistoryEvent.Parked(reason))));
        } catch (RecordRefusedException refused) {
            parkMinimal(reason.minimal(String.valueOf(refused.getMessage())));
        }
        return state.parked(reason);
    }

    /** The workflow leaves this process as it came, with its dead letter; returns once that is committed. */
    void leaveParked() {
        await(mailbox.move(WorkflowWrite.Unloading.parked()));
    }

    /** The seq of the record that parked the workflow, once it is parked here. */
    int parkedSeq() {
        return mailbox.parkedSeq();
    }

    private void parkMinimal(ParkingReason minimal) {
        state.requireNotUnwound();
        try {
            await(mailbox.record(new HistoryEvent.Parked(minimal)));
        } catch (RecordRefusedException refused) {
            LOG.error("a workflow cannot be parked, it leaves this process: {}: {}", minimal, refused.getMessage());
            throw state.unwind("it cannot be parked");
        }
    }

    /** The code compensates from now on: refuses a pause that is requested. */
    void beginCompensation() {
        state.beginCompensation().ifPresent(this::refusePause);
    }

    /** Requests a pause at the next call; refuses it if the code compensates. */
    void pause(OperatorAction action) {
        if (!state.requestPause(action)) {
            refusePause(action);
        }
    }

    private void refusePause(OperatorAction action) {
        CompletableFuture<Void> unused = reply(Answered.refused(action, WorkflowStatus.COMPENSATING));
    }

    /** Records that a signal has arrived. */
    CompletableFuture<Void> received(HistoryEvent.SignalReceived signal) {
        return mailbox.record(signal);
    }

    /** Records an event and a reply, also if the code was unwound. */
    CompletableFuture<Void> decide(HistoryEvent event, WorkflowWrite.Reply reply) {
        return mailbox.record(event, reply).thenRun(() -> replies.accept(reply));
    }

    /** Replies to an action. */
    CompletableFuture<Void> reply(WorkflowWrite.Reply reply) {
        return mailbox.reply(reply).thenRun(() -> replies.accept(reply));
    }

    /** Accepts no more, and waits until it is known whether the outcomes behind a parking are recorded. */
    void close() {
        mailbox.close();
        CompletableFuture<Void> last;
        synchronized (this) {
            last = lastBehind;
        }
        last.handle((recorded, failure) -> failure == null).join();
    }

    /** Waits for a commit. Throws a refusal to the caller; after any other failure, unwinds the workflow. */
    private void await(CompletableFuture<Void> committed) {
        try {
            committed.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RecordRefusedException refused) {
                throw refused;
            }
            if (!(e.getCause() instanceof OwnershipLostException)) {
                LOG.error("a record was not confirmed, its workflow leaves this process", e);
            }
            throw state.unwind(String.valueOf(e.getMessage()));
        }
    }
}

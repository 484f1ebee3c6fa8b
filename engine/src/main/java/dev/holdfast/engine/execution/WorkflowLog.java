package dev.holdfast.engine.execution;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowWrite;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of one execution. A workflow waits for commits only here. Nothing is recorded once the thread was
 * unwound. Used by the workflow's thread; any thread may call the methods that return a future.
 */
public final class WorkflowLog {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowLog.class);

    private final Mailbox mailbox;
    private final ExecutionState state;
    private final Consumer<WorkflowWrite.Reply> replies;

    /** {@code replies} is called with each committed reply, on a thread that must not be blocked. */
    WorkflowLog(Mailbox mailbox, ExecutionState state, Consumer<WorkflowWrite.Reply> replies) {
        this.mailbox = mailbox;
        this.state = state;
        this.replies = replies;
    }

    /** Throws if the thread was unwound. If the execution must pause or stop, records or unloads that, then throws. */
    void requireOpen() {
        state.requireNotUnwound();
        OperatorAction pause = state.pause();
        if (pause != null) {
            record(new HistoryEvent.Paused(pause.ref()), Answered.applied(pause, WorkflowStatus.PAUSED));
            throw state.paused();
        }
        if (state.isStopping()) {
            throw unload(WorkflowWrite.Unloading.queued());
        }
    }

    /** Records an event; returns once it is committed. */
    public void record(HistoryEvent event) {
        state.requireNotUnwound();
        await(mailbox.record(event));
    }

    /** Records an event and the reply to the action that led to it; returns once both are committed. */
    void record(HistoryEvent event, WorkflowWrite.Reply reply) {
        state.requireNotUnwound();
        await(mailbox.record(event, reply));
        replies.accept(reply);
    }

    /** Records an outcome without waiting: it is committed with the next event, or a moment later. */
    public void hold(WorkflowWrite.Outcome outcome) {
        state.requireNotUnwound();
        mailbox.hold(outcome);
    }

    /** Records a decision without waiting: nothing that follows is committed without it. */
    void hold(HistoryEvent.Decision decision) {
        state.requireNotUnwound();
        mailbox.hold(decision);
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

    /** Unloads the workflow; returns the error to throw once that is committed. */
    Unwind unload(WorkflowWrite.Unloading unloading) {
        return unloaded(unloading, beginUnload(unloading));
    }

    /** Begins to unload the workflow: no record follows. */
    CompletableFuture<Void> beginUnload(WorkflowWrite.Unloading unloading) {
        state.requireNotUnwound();
        return mailbox.move(unloading);
    }

    /** Returns the error to throw once the unloading is committed. */
    Unwind unloaded(WorkflowWrite.Unloading unloading, CompletableFuture<Void> committed) {
        await(committed);
        return state.unloaded(unloading);
    }

    /** Parks the workflow; returns the error to throw once that is committed. */
    Unwind park(ParkingReason reason) {
        try {
            record(new HistoryEvent.Parked(reason));
        } catch (RecordRefusedException refused) {
            parkMinimal(reason.minimal(String.valueOf(refused.getMessage())));
        }
        return state.parked(reason);
    }

    /** The seq of the record that parked the workflow, once it is parked here. */
    int parkedSeq() {
        return mailbox.parkedSeq();
    }

    private void parkMinimal(ParkingReason minimal) {
        try {
            record(new HistoryEvent.Parked(minimal));
        } catch (RecordRefusedException refused) {
            LOG.error("a workflow cannot be parked, it leaves this process: {}: {}", minimal, refused.getMessage());
            throw state.unwind("it cannot be parked");
        }
    }

    /** The code compensates from now on: refuses a pause that is requested. */
    void beginCompensation() {
        state.beginCompensation().ifPresent(this::refusePause);
    }

    /** Requests a pause at the next call; refuses it if the code compensates. Called by any thread. */
    void pause(OperatorAction action) {
        if (!state.requestPause(action)) {
            refusePause(action);
        }
    }

    private void refusePause(OperatorAction action) {
        CompletableFuture<Void> unused = reply(Answered.refused(action, WorkflowStatus.COMPENSATING));
    }

    /** Records that a signal has arrived. Called by any thread. */
    CompletableFuture<Void> received(HistoryEvent.SignalReceived signal) {
        return mailbox.record(signal);
    }

    /** Records an event and a reply, also if the workflow's thread was unwound. Called by any thread. */
    CompletableFuture<Void> decide(HistoryEvent event, WorkflowWrite.Reply reply) {
        return mailbox.record(event, reply).thenRun(() -> replies.accept(reply));
    }

    /** Replies to an action. Called by any thread. */
    CompletableFuture<Void> reply(WorkflowWrite.Reply reply) {
        return mailbox.reply(reply).thenRun(() -> replies.accept(reply));
    }

    void close() {
        mailbox.close();
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

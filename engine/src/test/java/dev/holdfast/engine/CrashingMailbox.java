package dev.holdfast.engine;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Lets the process die before and after its records. */
record CrashingMailbox(CrashingStore store, Mailbox mailbox, WorkflowKey key) implements Mailbox {
    private static final int END = -1;

    @Override
    public CompletableFuture<Void> create(WorkflowWrite.Creation creation) {
        return store.refuses(creation) ? refused() : mailbox.create(creation);
    }

    @Override
    public CompletableFuture<Void> record(HistoryEvent event) {
        return record(event, () -> mailbox.record(event));
    }

    @Override
    public CompletableFuture<Void> record(HistoryEvent event, WorkflowWrite.Reply reply) {
        return record(event, () -> mailbox.record(event, reply));
    }

    private CompletableFuture<Void> record(HistoryEvent event, Supplier<CompletableFuture<Void>> put) {
        if (store.refuses(event)) {
            return refused();
        }
        return switch (event) {
            case HistoryEvent.Intent intent ->
                between(
                        CrashPoint.BEFORE_INTENT_COMMIT,
                        CrashPoint.AFTER_INTENT_COMMIT,
                        intent.position().index(),
                        put);
            case HistoryEvent.Ended ended ->
                between(CrashPoint.BEFORE_TERMINAL_COMMIT, CrashPoint.AFTER_TERMINAL_COMMIT, END, put);
            case HistoryEvent.Parked parked ->
                between(CrashPoint.BEFORE_TERMINAL_COMMIT, CrashPoint.AFTER_TERMINAL_COMMIT, END, put);
            case HistoryEvent.Cancelled cancelled -> put.get();
            case HistoryEvent.Retried retried -> put.get();
            case HistoryEvent.Paused paused -> put.get();
            case HistoryEvent.DeadlinePassed passed -> put.get();
            case HistoryEvent.Resumed resumed -> put.get();
            case HistoryEvent.Decision decision -> put.get();
            case HistoryEvent.SignalReceived signal -> put.get();
            case HistoryEvent.Unknown unknown -> put.get();
        };
    }

    private CompletableFuture<Void> between(
            CrashPoint before, CrashPoint after, int position, Supplier<CompletableFuture<Void>> put) {
        if (store.reached(before, position)) {
            return died();
        }
        CompletableFuture<Void> committed = put.get();
        return committed.thenCompose(nothing -> store.reached(after, position) ? died() : committed);
    }

    @Override
    public CompletableFuture<Void> move(WorkflowWrite.Move move) {
        return store.refuses(move) ? refused() : mailbox.move(move);
    }

    @Override
    public CompletableFuture<Void> reply(WorkflowWrite.Reply reply) {
        return store.refuses(reply) ? refused() : mailbox.reply(reply);
    }

    @Override
    public CompletableFuture<Void> rehome(WorkflowWrite.Rehoming rehoming) {
        return store.refuses(rehoming) ? refused() : mailbox.rehome(rehoming);
    }

    private static CompletableFuture<Void> refused() {
        return CompletableFuture.failedFuture(
                new RecordRefusedException("refused by the test", new IllegalStateException()));
    }

    private static CompletableFuture<Void> died() {
        return CompletableFuture.failedFuture(new OwnershipLostException("the process died"));
    }

    @Override
    public CompletableFuture<Void> record(WorkflowWrite.Outcome outcome) {
        return mailbox.record(outcome);
    }

    @Override
    public void hold(WorkflowWrite.Outcome outcome) {
        if (store.reached(
                CrashPoint.AFTER_BODY_BEFORE_OUTCOME, outcome.position().index())) {
            return;
        }
        mailbox.hold(outcome);
        if (store.willDieAt(CrashPoint.AFTER_OUTCOME_COMMIT, outcome.position().index())) {
            mailbox.flush();
            Await.until("the outcome is written", () -> isWritten(outcome));
            store.reached(CrashPoint.AFTER_OUTCOME_COMMIT, outcome.position().index());
        }
    }

    @Override
    public void hold(HistoryEvent.Decision decision) {
        mailbox.hold(decision);
    }

    @Override
    public CompletableFuture<Void> remove(WorkflowWrite.Removal removal) {
        return mailbox.remove(removal);
    }

    private boolean isWritten(WorkflowWrite.Outcome outcome) {
        return store.log(key, 0, Integer.MAX_VALUE, Long.MAX_VALUE).stream()
                .anyMatch(record -> outcome.equals(record.outcome()));
    }

    @Override
    public int parkedSeq() {
        return mailbox.parkedSeq();
    }

    @Override
    public void flush() {
        mailbox.flush();
    }

    @Override
    public void close() {
        mailbox.close();
    }
}

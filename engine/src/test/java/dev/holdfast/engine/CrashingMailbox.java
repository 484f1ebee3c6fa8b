package dev.holdfast.engine;

import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.concurrent.CompletableFuture;

/** Lets the process die before and after its records. */
record CrashingMailbox(CrashingStore store, Mailbox mailbox, WorkflowKey key) implements Mailbox {
    private static final int END = -1;

    @Override
    public CompletableFuture<Void> accept(WorkflowWrite.Creation acceptance) {
        return store.refuses(acceptance) ? refused() : mailbox.accept(acceptance);
    }

    @Override
    public CompletableFuture<Void> commit(WorkflowWrite write) {
        if (store.refuses(write)) {
            return refused();
        }
        return switch (write) {
            case WorkflowWrite.Intent intent ->
                commit(write, CrashPoint.BEFORE_INTENT_COMMIT, CrashPoint.AFTER_INTENT_COMMIT, intent.position());
            case WorkflowWrite.Ended ended ->
                commit(write, CrashPoint.BEFORE_TERMINAL_COMMIT, CrashPoint.AFTER_TERMINAL_COMMIT, END);
            case WorkflowWrite.Parked parked ->
                commit(write, CrashPoint.BEFORE_TERMINAL_COMMIT, CrashPoint.AFTER_TERMINAL_COMMIT, END);
            default -> mailbox.commit(write);
        };
    }

    private CompletableFuture<Void> commit(WorkflowWrite write, CrashPoint before, CrashPoint after, int position) {
        if (store.reached(before, position)) {
            return died();
        }
        CompletableFuture<Void> committed = mailbox.commit(write);
        return committed.thenCompose(nothing -> store.reached(after, position) ? died() : committed);
    }

    private static CompletableFuture<Void> refused() {
        return CompletableFuture.failedFuture(
                new RecordRefusedException("refused by the test", new IllegalStateException()));
    }

    private static CompletableFuture<Void> died() {
        return CompletableFuture.failedFuture(new OwnershipLostException("the process died"));
    }

    @Override
    public void hold(WorkflowWrite.Outcome outcome) {
        if (store.reached(CrashPoint.AFTER_BODY_BEFORE_OUTCOME, outcome.position())) {
            return;
        }
        mailbox.hold(outcome);
        if (store.willDieAt(CrashPoint.AFTER_OUTCOME_COMMIT, outcome.position())) {
            mailbox.flush();
            Await.until("the outcome is written", () -> isWritten(outcome));
            store.reached(CrashPoint.AFTER_OUTCOME_COMMIT, outcome.position());
        }
    }

    private boolean isWritten(WorkflowWrite.Outcome outcome) {
        return store.lastRecord(key)
                .map(LogRecord::outcome)
                .filter(outcome::equals)
                .isPresent();
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

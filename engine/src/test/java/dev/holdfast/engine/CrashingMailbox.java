package dev.holdfast.engine;

import dev.holdfast.spi.Entry;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.testing.Await;
import java.util.concurrent.CompletableFuture;

/** Lets the process die before and after its records. */
record CrashingMailbox(CrashingStore store, Mailbox mailbox, WorkflowKey key) implements Mailbox {
    private static final int END = -1;

    @Override
    public CompletableFuture<Void> accept(Entry.Acceptance acceptance) {
        return store.refuses(acceptance) ? refused() : mailbox.accept(acceptance);
    }

    @Override
    public CompletableFuture<Void> commit(Entry entry) {
        if (store.refuses(entry)) {
            return refused();
        }
        return switch (entry) {
            case Entry.Intent intent ->
                commit(entry, CrashPoint.BEFORE_INTENT_COMMIT, CrashPoint.AFTER_INTENT_COMMIT, intent.position());
            case Entry.Ended ended ->
                commit(entry, CrashPoint.BEFORE_TERMINAL_COMMIT, CrashPoint.AFTER_TERMINAL_COMMIT, END);
            case Entry.Parked parked ->
                commit(entry, CrashPoint.BEFORE_TERMINAL_COMMIT, CrashPoint.AFTER_TERMINAL_COMMIT, END);
            default -> mailbox.commit(entry);
        };
    }

    private CompletableFuture<Void> commit(Entry entry, CrashPoint before, CrashPoint after, int position) {
        if (store.reached(before, position)) {
            return died();
        }
        CompletableFuture<Void> committed = mailbox.commit(entry);
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
    public void hold(Entry.Outcome outcome) {
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

    private boolean isWritten(Entry.Outcome outcome) {
        return store.lastRow(key).map(LogRow::outcome).filter(outcome::equals).isPresent();
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

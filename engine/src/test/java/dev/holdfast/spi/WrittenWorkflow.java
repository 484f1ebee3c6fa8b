package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A workflow that a contract test writes by hand, and its mailbox. */
record WrittenWorkflow(Store store, WorkflowKey key, Mailbox mailbox) {

    /** One that is not accepted yet. */
    static WrittenWorkflow fresh(StoreNode node) {
        WorkflowKey key = node.store().newKey();
        return new WrittenWorkflow(node.store(), key, node.store().mailbox(key, 0));
    }

    /** One whose creation is committed. */
    static WrittenWorkflow accepted(StoreNode node, WorkflowWrite.Creation creation) {
        WrittenWorkflow workflow = fresh(node);
        Await.done(workflow.mailbox.create(creation));
        return workflow;
    }

    /** One that is running here. */
    static WrittenWorkflow running(StoreNode node) {
        return accepted(node, Writes.creation(true));
    }

    /** One that waits to be taken up. */
    static WrittenWorkflow queued(StoreNode node) {
        return accepted(node, Writes.creation(false));
    }

    /** The same, at another node that goes on with it. */
    WrittenWorkflow on(StoreNode node) {
        int lastSeq = node.store().head(key).map(WorkflowHead::lastSeq).orElse(0);
        return new WrittenWorkflow(node.store(), key, node.store().mailbox(key, lastSeq));
    }

    String id() {
        return store.idOf(key);
    }

    CompletableFuture<Void> put(WorkflowWrite write) {
        return Writes.commit(mailbox, write);
    }

    /** Puts it in; what is committed after it tells how it went. */
    void send(WorkflowWrite write) {
        CompletableFuture<Void> unused = put(write);
    }

    /** Puts it in, to go with what is committed next. */
    WrittenWorkflow hold(WorkflowWrite.Outcome outcome) {
        mailbox.hold(outcome);
        return this;
    }

    /** Records what an action led to, and the reply; what is committed after it tells how it went. */
    void sendDecision(HistoryEvent event, OperatorAction action, WorkflowStatus status) {
        CompletableFuture<Void> unused = mailbox.record(event, WorkflowWrite.Answered.applied(action, status));
    }

    /** Records what an action led to, and the reply; returns when both are committed. */
    WrittenWorkflow decide(HistoryEvent event, OperatorAction action, WorkflowStatus status) {
        Await.done(mailbox.record(event, WorkflowWrite.Answered.applied(action, status)));
        return this;
    }

    /** Puts these in and returns when all are committed. */
    WrittenWorkflow commit(WorkflowWrite... entries) {
        List<CompletableFuture<Void>> all =
                List.of(entries).stream().map(this::put).toList();
        all.forEach(Await::done);
        return this;
    }

    List<LogRecord> log() {
        return store.log(key, 0, 100_000, Long.MAX_VALUE);
    }

    List<String> texts() {
        return Writes.texts(log());
    }

    WorkflowSummary summary() {
        return store.find(key).orElseThrow();
    }

    StoredWorkflow load() {
        List<StoredWorkflow> loaded = store.load(List.of(key));
        if (loaded.size() != 1) {
            throw new AssertionError("expected workflow " + id() + " alone, got " + loaded);
        }
        return loaded.getFirst();
    }
}

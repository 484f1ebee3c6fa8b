package dev.holdfast.spi;

import dev.holdfast.WorkflowSummary;
import dev.holdfast.testing.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A workflow that a contract test writes by hand, and its mailbox. */
record WrittenWorkflow(Store store, WorkflowKey key, Mailbox mailbox) {

    /** One that is not accepted yet. */
    static WrittenWorkflow fresh(Node node) {
        WorkflowKey key = node.store().newKey();
        return new WrittenWorkflow(node.store(), key, node.store().mailbox(key, 0));
    }

    /** One whose acceptance is committed. */
    static WrittenWorkflow accepted(Node node, Entry.Acceptance acceptance) {
        WrittenWorkflow workflow = fresh(node);
        Await.done(workflow.mailbox.accept(acceptance));
        return workflow;
    }

    /** One that is running here. */
    static WrittenWorkflow running(Node node) {
        return accepted(node, Entries.acceptance(true));
    }

    /** One that waits to be taken up. */
    static WrittenWorkflow queued(Node node) {
        return accepted(node, Entries.acceptance(false));
    }

    /** The same, at another node that goes on with it. */
    WrittenWorkflow on(Node node) {
        int lastSeq = node.store().lastRow(key).map(LogRow::seq).orElse(0);
        return new WrittenWorkflow(node.store(), key, node.store().mailbox(key, lastSeq));
    }

    String id() {
        return store.idOf(key);
    }

    CompletableFuture<Void> put(Entry entry) {
        return mailbox.commit(entry);
    }

    /** Puts it in; what is committed after it tells how it went. */
    void send(Entry entry) {
        CompletableFuture<Void> unused = put(entry);
    }

    /** Puts it in, to go with what is committed next. */
    WrittenWorkflow hold(Entry.Outcome outcome) {
        mailbox.hold(outcome);
        return this;
    }

    /** Puts these in and returns when all are committed. */
    WrittenWorkflow commit(Entry... entries) {
        List<CompletableFuture<Void>> all =
                List.of(entries).stream().map(this::put).toList();
        all.forEach(Await::done);
        return this;
    }

    List<LogRow> log() {
        return store.log(key, 0, 100_000);
    }

    List<String> texts() {
        return Entries.texts(log());
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

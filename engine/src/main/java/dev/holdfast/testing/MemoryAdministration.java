package dev.holdfast.testing;

import dev.holdfast.AuditFilter;
import dev.holdfast.AuditRow;
import dev.holdfast.DeadLetterFilter;
import dev.holdfast.DeadLetterSummary;
import dev.holdfast.Decision;
import dev.holdfast.NodeSummary;
import dev.holdfast.Page;
import dev.holdfast.RetentionRule;
import dev.holdfast.WorkflowFilter;
import dev.holdfast.WorkflowSummary;
import dev.holdfast.spi.Administration;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.WorkflowKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What people ask of a database in memory. Safe for all threads. */
final class MemoryAdministration implements Administration {
    private final MemoryDatabase database;
    private final Runnable requireOpen;
    private final MemoryListing listing;
    private final MemoryDeadLetters deadLetters;

    /** {@code requireOpen} throws when the store that it belongs to is closed. */
    MemoryAdministration(MemoryDatabase database, MemorySummaries summaries, Runnable requireOpen) {
        this.database = database;
        this.requireOpen = requireOpen;
        this.listing = new MemoryListing(database, summaries);
        this.deadLetters = new MemoryDeadLetters(database);
    }

    private <T> T locked(Supplier<T> question) {
        requireOpen.run();
        return database.locked(question);
    }

    @Override
    public Page<WorkflowSummary> list(WorkflowFilter filter) {
        return locked(() -> listing.list(filter));
    }

    @Override
    public Page<AuditRow> audit(AuditFilter filter) {
        return locked(() -> database.audit().list(filter));
    }

    @Override
    public Page<DeadLetterSummary> deadLetters(DeadLetterFilter filter) {
        return locked(() -> deadLetters.list(filter));
    }

    @Override
    public Optional<DeadLetterId> locateLetter(String id) {
        return deadLetters.locate(id);
    }

    @Override
    public Optional<DeadLetterSummary> deadLetter(WorkflowKey key, int seq) {
        return locked(() -> deadLetters.find(key, seq));
    }

    @Override
    public List<RetentionRule> retention() {
        return locked(() -> database.retention().all());
    }

    @Override
    public void retain(RetentionRule rule, Decision decision) {
        locked(() -> database.retention().set(rule, decision));
    }

    @Override
    public boolean dropRetention(RetentionRule rule, Decision decision) {
        return locked(() -> database.retention().drop(rule, decision));
    }

    @Override
    public List<NodeSummary> nodes() {
        return locked(() -> database.owner().stream().map(Member::summary).toList());
    }
}

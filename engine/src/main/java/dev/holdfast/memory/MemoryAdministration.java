package dev.holdfast.memory;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.OpenIntent;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.AdminStore;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.WorkflowKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The administration of a database in memory. Safe for all threads. */
final class MemoryAdministration implements AdminStore {
    private final MemoryDatabase database;
    private final Runnable requireOpen;
    private final MemoryListing listing;
    private final MemoryDeadLetters deadLetters;

    /** {@code requireOpen} throws when the store is closed. */
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
    public Page<AuditEntry> audit(AuditFilter filter) {
        return locked(() -> database.audit().list(filter));
    }

    @Override
    public void refuse(
            UUID id, ActionKind kind, String target, @Nullable WorkflowStatus status, ActionOptions options) {
        boolean unused = locked(() -> database.audit().refused(id, kind.name(), target, status, options));
    }

    @Override
    public Page<DeadLetter> deadLetters(DeadLetterFilter filter) {
        return locked(() -> deadLetters.list(filter));
    }

    @Override
    public Optional<DeadLetterId> locateLetter(String id) {
        return deadLetters.locate(id);
    }

    @Override
    public Optional<DeadLetter> deadLetter(WorkflowKey key, int seq) {
        return locked(() -> deadLetters.find(key, seq));
    }

    @Override
    public List<RetentionRule> retention() {
        return locked(() -> database.retention().all());
    }

    @Override
    public void retain(RetentionRule rule, ActionOptions options) {
        locked(() -> database.retention().set(rule, options));
    }

    @Override
    public boolean dropRetention(RetentionRule rule, ActionOptions options) {
        return locked(() -> database.retention().drop(rule, options));
    }

    @Override
    public boolean isRestored() {
        return false;
    }

    @Override
    public Page<OpenIntent> openIntents(PageRequest page) {
        return new Page<>(List.of(), Optional.empty());
    }

    @Override
    public boolean adopt(ActionOptions options) {
        return false;
    }

    @Override
    public List<NodeSummary> nodes() {
        return locked(() -> database.owner().stream().map(MemoryNode::summary).toList());
    }
}

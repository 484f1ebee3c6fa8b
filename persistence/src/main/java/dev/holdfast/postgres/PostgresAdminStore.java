package dev.holdfast.postgres;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.postgres.audit.AuditTrail;
import dev.holdfast.postgres.cluster.NodeSql;
import dev.holdfast.postgres.jdbc.PooledReads;
import dev.holdfast.postgres.read.DeadLetterReader;
import dev.holdfast.postgres.read.SummaryReader;
import dev.holdfast.postgres.read.WorkflowListing;
import dev.holdfast.postgres.retention.RetentionRules;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.AdminStore;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.WorkflowKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The administration of an installation on PostgreSQL, through the pool. Safe for all threads. */
final class PostgresAdminStore implements AdminStore {
    private final PooledReads pooledReads;
    private final WorkflowListing listing;
    private final DeadLetterReader deadLetters;
    private final RetentionRules rules;
    private final AuditTrail audit;
    private final Supplier<Instant> now;

    /** {@code now} is the time of the database, as the node knows it. */
    PostgresAdminStore(
            PooledReads pooledReads, Installation installation, SummaryReader summaries, Supplier<Instant> now) {
        this.pooledReads = pooledReads;
        this.listing = new WorkflowListing(pooledReads.jdbi(), summaries, installation);
        this.deadLetters = new DeadLetterReader(pooledReads.jdbi(), installation.ids());
        this.rules = new RetentionRules(pooledReads.jdbi());
        this.audit = new AuditTrail(pooledReads.jdbi());
        this.now = now;
    }

    @Override
    public Page<WorkflowSummary> list(WorkflowFilter filter) {
        Instant at = now.get();
        return pooledReads.of(db -> listing.page(filter, at));
    }

    @Override
    public Page<AuditEntry> audit(AuditFilter filter) {
        return pooledReads.of(db -> audit.page(filter));
    }

    @Override
    public Page<DeadLetter> deadLetters(DeadLetterFilter filter) {
        return pooledReads.of(db -> deadLetters.open(filter));
    }

    @Override
    public Optional<DeadLetterId> locateLetter(String id) {
        return deadLetters.locate(id);
    }

    @Override
    public Optional<DeadLetter> deadLetter(WorkflowKey key, int seq) {
        return pooledReads.of(db -> deadLetters.find(key, seq));
    }

    @Override
    public List<RetentionRule> retention() {
        return pooledReads.of(db -> rules.all());
    }

    @Override
    public void retain(RetentionRule rule, ActionOptions options) {
        pooledReads.of(db -> rules.set(rule, options));
    }

    @Override
    public boolean dropRetention(RetentionRule rule, ActionOptions options) {
        return pooledReads.of(db -> rules.drop(rule, options));
    }

    @Override
    public List<NodeSummary> nodes() {
        return pooledReads.of(db -> db.withExtension(NodeSql.class, NodeSql::nodes));
    }
}

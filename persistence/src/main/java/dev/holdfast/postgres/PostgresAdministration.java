package dev.holdfast.postgres;

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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What people ask of an installation on PostgreSQL, through the pool. Safe for all threads. */
final class PostgresAdministration implements Administration {
    private final Reads reads;
    private final Listing listing;
    private final DeadLetters deadLetters;
    private final RetentionRules rules;
    private final AuditTrail audit;
    private final Supplier<Instant> now;

    /** {@code now} is the time of the database, as the node knows it. */
    PostgresAdministration(Reads reads, Installation installation, Summaries summaries, Supplier<Instant> now) {
        this.reads = reads;
        this.listing = new Listing(reads.jdbi(), summaries, installation);
        this.deadLetters = new DeadLetters(reads.jdbi(), installation.ids());
        this.rules = new RetentionRules(reads.jdbi());
        this.audit = new AuditTrail(reads.jdbi());
        this.now = now;
    }

    @Override
    public Page<WorkflowSummary> list(WorkflowFilter filter) {
        Instant at = now.get();
        return reads.of(db -> listing.page(filter, at));
    }

    @Override
    public Page<AuditRow> audit(AuditFilter filter) {
        return reads.of(db -> audit.page(filter));
    }

    @Override
    public Page<DeadLetterSummary> deadLetters(DeadLetterFilter filter) {
        return reads.of(db -> deadLetters.open(filter));
    }

    @Override
    public Optional<DeadLetterId> locateLetter(String id) {
        return deadLetters.locate(id);
    }

    @Override
    public Optional<DeadLetterSummary> deadLetter(WorkflowKey key, int seq) {
        return reads.of(db -> deadLetters.find(key, seq));
    }

    @Override
    public List<RetentionRule> retention() {
        return reads.of(db -> rules.all());
    }

    @Override
    public void retain(RetentionRule rule, Decision decision) {
        reads.of(db -> rules.set(rule, decision));
    }

    @Override
    public boolean dropRetention(RetentionRule rule, Decision decision) {
        return reads.of(db -> rules.drop(rule, decision));
    }

    @Override
    public List<NodeSummary> nodes() {
        return reads.of(db -> db.withExtension(NodeSql.class, NodeSql::nodes));
    }
}

package dev.holdfast.postgres;

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
import dev.holdfast.postgres.audit.AuditTrail;
import dev.holdfast.postgres.cluster.NodeSql;
import dev.holdfast.postgres.jdbc.Questions;
import dev.holdfast.postgres.read.DeadLetterReader;
import dev.holdfast.postgres.read.OpenIntentReader;
import dev.holdfast.postgres.read.SummaryReader;
import dev.holdfast.postgres.read.WorkflowListing;
import dev.holdfast.postgres.retention.RetentionRules;
import dev.holdfast.postgres.schema.Adoption;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.AdminStore;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.WorkflowKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The administration of an installation on PostgreSQL, through the pool. Safe for all threads. */
final class PostgresAdminStore implements AdminStore {
    private final Questions questions;
    private final WorkflowListing listing;
    private final DeadLetterReader deadLetters;
    private final RetentionRules rules;
    private final AuditTrail audit;
    private final Adoption adoption;
    private final OpenIntentReader openIntents;

    PostgresAdminStore(Questions questions, Jdbi jdbi, Installation installation, SummaryReader summaries) {
        this.questions = questions;
        this.listing = new WorkflowListing(jdbi, summaries, installation);
        this.deadLetters = new DeadLetterReader(jdbi, installation.ids());
        this.rules = new RetentionRules(jdbi);
        this.audit = new AuditTrail(jdbi);
        this.adoption = new Adoption(jdbi);
        this.openIntents = new OpenIntentReader(jdbi, installation.ids());
    }

    @Override
    public Page<WorkflowSummary> list(WorkflowFilter filter) {
        return questions.of(db -> listing.page(filter));
    }

    @Override
    public Page<AuditEntry> audit(AuditFilter filter) {
        return questions.of(db -> audit.page(filter));
    }

    @Override
    public void refuse(
            UUID id, ActionKind kind, String target, @Nullable WorkflowStatus status, ActionOptions options) {
        String name = status == null ? null : status.name();
        boolean unused = questions.of(db -> audit.refused(id, kind.name(), target, name, options));
    }

    @Override
    public Page<DeadLetter> deadLetters(DeadLetterFilter filter) {
        return questions.of(db -> deadLetters.open(filter));
    }

    @Override
    public Optional<DeadLetterId> locateLetter(String id) {
        return deadLetters.locate(id);
    }

    @Override
    public Optional<DeadLetter> deadLetter(WorkflowKey key, int seq) {
        return questions.of(db -> deadLetters.find(key, seq));
    }

    @Override
    public List<RetentionRule> retention() {
        return questions.of(db -> rules.all());
    }

    @Override
    public void retain(RetentionRule rule, ActionOptions options) {
        questions.of(db -> rules.set(rule, options));
    }

    @Override
    public boolean dropRetention(RetentionRule rule, ActionOptions options) {
        return questions.of(db -> rules.drop(rule, options));
    }

    @Override
    public boolean isRestored() {
        return questions.of(db -> adoption.isDue());
    }

    @Override
    public Page<OpenIntent> openIntents(PageRequest page) {
        return questions.of(
                db -> adoption.isDue() ? openIntents.page(page) : new Page<OpenIntent>(List.of(), Optional.empty()));
    }

    @Override
    public boolean adopt(ActionOptions options) {
        return questions.of(db -> adoption.adopt(options));
    }

    @Override
    public List<NodeSummary> nodes() {
        return questions.of(db -> db.withExtension(NodeSql.class, NodeSql::nodes));
    }
}

package dev.holdfast.postgres;

import dev.holdfast.HealthCheck;
import dev.holdfast.HoldfastException;
import dev.holdfast.OverloadedException;
import dev.holdfast.RequestContext;
import dev.holdfast.WorkflowSummary;
import dev.holdfast.spi.Administration;
import dev.holdfast.spi.Admission;
import dev.holdfast.spi.Admitted;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import dev.holdfast.spi.BucketListener;
import dev.holdfast.spi.Due;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.Survivors;
import dev.holdfast.spi.WorkflowKey;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** The store on PostgreSQL: reads through the pool, writes through what {@link #join} starts. Safe for all threads. */
final class PostgresStore implements Store {
    private final AutoCloseable pool;
    private final PostgresConfig config;
    private final MailboxFactory mailboxes;
    private final Reads reads;
    private final Installation installation;
    private final Loader loader;
    private final Summaries summaries;
    private final PostgresAdministration administration;
    private final Asks asks;
    private final NodeLife life;
    private final StoreGauges gauges;
    private final DatabaseProbe probe;

    /** How mailboxes are made; a test brings ones that break the rule. */
    @FunctionalInterface
    interface MailboxFactory {
        WorkflowMailbox make(CheckpointQueue queue, WorkflowKey key, int lastSeq, Runnable left);
    }

    /**
     * On a migrated database.
     *
     * @param dedicated gives connections that are kept; {@code pooled} those for reads
     * @param pool closed with the store
     */
    PostgresStore(
            DataSource dedicated,
            DataSource pooled,
            AutoCloseable pool,
            PostgresConfig config,
            OpenTelemetry telemetry) {
        this(dedicated, pooled, pool, config, telemetry, WorkflowMailbox::new, Balancer::evenly);
    }

    /** For a test that makes mailboxes, or shares the buckets, in its own way. */
    PostgresStore(
            DataSource dedicated,
            DataSource pooled,
            AutoCloseable pool,
            PostgresConfig config,
            OpenTelemetry telemetry,
            MailboxFactory mailboxes,
            Balancer.Share share) {
        this.pool = pool;
        StoreMetrics metrics = new StoreMetrics(telemetry);
        Outage outage = new Outage(metrics);
        this.config = config;
        this.mailboxes = mailboxes;
        Jdbi jdbi = Sql.on(pooled);
        this.reads = new Reads(jdbi, outage);
        requireDurable(jdbi);
        this.installation = Installation.of(jdbi, config);
        installation.addEras(jdbi, jdbi.withExtension(SettingsSql.class, SettingsSql::now));
        this.loader = new Loader(jdbi, installation.ids());
        this.summaries = new Summaries(jdbi, installation.ids());
        this.asks = new Asks(jdbi);
        this.life =
                new NodeLife(new NodeConnections.Parts(dedicated, jdbi, config, installation, outage, share, metrics));
        this.administration = new PostgresAdministration(
                reads,
                installation,
                summaries,
                () -> life.current().membership().now());
        this.probe = new DatabaseProbe(pooled, jdbi.withExtension(MigrationSql.class, MigrationSql::version));
        this.gauges = new StoreGauges(telemetry, life::joined, new Backlog(jdbi, outage), pooled);
    }

    /** Throws {@link HoldfastException} with what the role or the database has set, and what to do. */
    private static void requireDurable(Jdbi jdbi) {
        try {
            jdbi.withExtension(SettingsSql.class, SettingsSql::requireDurable);
        } catch (JdbiException e) {
            throw new HoldfastException("this database cannot be used as it is set: " + e.getMessage(), e);
        }
    }

    @Override
    public Ownership ownership() {
        return life;
    }

    @Override
    public Administration administration() {
        return administration;
    }

    @Override
    public void join(BucketListener listener) throws InterruptedException {
        life.join(listener);
    }

    @Override
    public WorkflowKey newKey() {
        NodeConnections node = life.current();
        Instant now = node.membership().now();
        return installation.ids().generate(node.holdings().anyBucket(), installation.eraAt(now), now);
    }

    @Override
    public String idOf(WorkflowKey key) {
        return installation.ids().format(key);
    }

    @Override
    public Mailbox mailbox(WorkflowKey key, int lastSeq) {
        NodeConnections node = life.current();
        node.membership().requireNotLost();
        node.holdings().enter(key.bucket());
        return mailbox(node, key, lastSeq);
    }

    @Override
    public Mailbox mailbox(Admitted admitted) {
        NodeConnections node = life.current();
        node.membership().requireNotLost();
        node.holdings().enterBeside(admitted.key().bucket());
        return mailbox(node, admitted.key(), 0);
    }

    private Mailbox mailbox(NodeConnections node, WorkflowKey key, int lastSeq) {
        return mailboxes.make(node.queue(), key, lastSeq, () -> node.holdings().leave(key.bucket()));
    }

    @Override
    public void requireRoom() {
        NodeConnections node = life.current();
        node.queue().requireRoom();
        if (node.admissionDepth() > config.queueMaxEntries() / 2) {
            throw new OverloadedException(
                    node.admissionDepth() + " submissions wait for the database on this node",
                    CheckpointQueue.RETRY_AFTER);
        }
    }

    @Override
    public CompletableFuture<Admitted> admit(Admission admission) {
        return life.current().admit(admission, place(admission));
    }

    /** Where it goes if it is new: the bucket of its name, so that the key is looked for in one place. */
    private WorkflowKey place(Admission admission) {
        Optional<WorkflowKey> generated =
                admission.byId() ? installation.ids().parse(admission.name()) : Optional.empty();
        Instant now = life.current().membership().now();
        return generated.orElseGet(() -> installation
                .ids()
                .generate(installation.ids().bucketOf(admission.name()), installation.eraAt(now), now));
    }

    @Override
    public List<WorkflowKey> interrupted(Collection<Integer> buckets, @Nullable WorkflowKey after, int limit) {
        Integer[] asked = buckets.toArray(Integer[]::new);
        UUID uid = after == null ? null : after.uid();
        return reads.of(db -> db.withExtension(WorkflowSql.class, sql -> sql.interrupted(asked, uid, limit)));
    }

    @Override
    public List<Due> due(Duration ahead, int limit) {
        Integer[] buckets = life.current().holdings().active().toArray(Integer[]::new);
        long micros = ahead.toNanos() / 1_000;
        return reads.of(db -> db.withExtension(WorkflowSql.class, sql -> sql.due(buckets, micros, limit)));
    }

    @Override
    public List<StoredWorkflow> load(Collection<WorkflowKey> keys) {
        return reads.of(db -> loader.load(keys));
    }

    @Override
    public Optional<WorkflowKey> locate(String id) {
        Optional<WorkflowKey> generated = installation.ids().parse(id);
        if (generated.isPresent()) {
            WorkflowKey key = generated.orElseThrow();
            return reads.of(db ->
                            db.withExtension(WorkflowSql.class, sql -> sql.exists(key.bucket(), key.era(), key.uid())))
                    ? generated
                    : Optional.empty();
        }
        int bucket = installation.ids().bucketOf(id);
        return reads.of(db -> db.withExtension(WorkflowSql.class, sql -> sql.locate(id, bucket)));
    }

    @Override
    public Optional<WorkflowSummary> find(WorkflowKey key) {
        return reads.of(db -> summaries.of(List.of(key)).stream().findFirst());
    }

    @Override
    public List<LogRow> log(WorkflowKey key, int afterSeq, int limit) {
        return reads.of(db ->
                db.withExtension(LogSql.class, sql -> sql.page(key.bucket(), key.era(), key.uid(), afterSeq, limit)));
    }

    @Override
    public Map<UUID, LogRow> lastRows(Collection<WorkflowKey> keys) {
        return reads.of(db -> loader.lastRows(keys));
    }

    @Override
    public Survivors retire() {
        NodeConnections node = life.current();
        List<WorkflowKey> keys = reads.of(db -> node.retire());
        return new Survivors(keys, installation.eraAt(node.membership().now()));
    }

    @Override
    public void ask(Ask ask, RequestContext context) {
        reads.of(db -> {
            asks.append(ask, context);
            return ask;
        });
        life.current().tellOwner(ask.key().bucket());
    }

    @Override
    public List<Ask> inbox(Set<UUID> except, int limit) {
        return reads.of(db -> asks.in(life.current().holdings().active(), except, limit));
    }

    @Override
    public Map<UUID, Answer> answers(Collection<UUID> ids) {
        return reads.of(db -> asks.answers(ids));
    }

    @Override
    public List<HealthCheck> checks() {
        return probe.look();
    }

    @Override
    public void leave() {
        life.current().leave();
    }

    @Override
    public void close() {
        probe.close();
        gauges.close();
        life.close();
        try {
            pool.close();
        } catch (Exception e) {
            throw new IllegalStateException("the pool did not close", e);
        }
    }
}

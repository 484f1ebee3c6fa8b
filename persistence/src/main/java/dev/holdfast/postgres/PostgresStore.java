package dev.holdfast.postgres;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.postgres.checkpoint.CheckpointQueue;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.cluster.Balancer;
import dev.holdfast.postgres.cluster.NodeSql;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.connect.RequiredConnections;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.PooledReads;
import dev.holdfast.postgres.jdbc.Questions;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.postgres.node.NodeRuntime;
import dev.holdfast.postgres.node.NodeSession;
import dev.holdfast.postgres.node.StoreChecks;
import dev.holdfast.postgres.node.StoreGauges;
import dev.holdfast.postgres.read.BackgroundCount;
import dev.holdfast.postgres.read.DatabaseProbe;
import dev.holdfast.postgres.read.HistorySql;
import dev.holdfast.postgres.read.InboxTable;
import dev.holdfast.postgres.read.LogHeads;
import dev.holdfast.postgres.read.PublishedReader;
import dev.holdfast.postgres.read.SignalWriter;
import dev.holdfast.postgres.read.SummaryReader;
import dev.holdfast.postgres.read.WorkflowReader;
import dev.holdfast.postgres.read.WorkflowSql;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.postgres.schema.MigrationSql;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.AdminStore;
import dev.holdfast.spi.Announcement;
import dev.holdfast.spi.DueWorkflow;
import dev.holdfast.spi.EraSurvivors;
import dev.holdfast.spi.FeedEntry;
import dev.holdfast.spi.FeedPosition;
import dev.holdfast.spi.HistoryEntry;
import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.InboxPage;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.StepTransactions;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.VersionWake;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowHead;
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
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The store on PostgreSQL. Reads use the pool; writes use the node that {@link #join} starts. Safe for all threads. */
public final class PostgresStore implements Store {
    private final AutoCloseable pool;
    private final PostgresConfig config;
    private final MailboxFactory mailboxes;
    private final Outage outage;
    private final PooledReads pooledReads;
    private final Questions questions;
    private final Installation installation;
    private final WorkflowReader reader;
    private final LogHeads heads;
    private final SummaryReader summaries;
    private final PublishedReader published;
    private final PostgresAdminStore administration;
    private final InboxTable inbox;
    private final SignalWriter signals;
    private final NodeSession session;
    private final StoreGauges gauges;
    private final StoreChecks checks;
    private final ApiKeys keys;

    /** Makes mailboxes; a test makes some that break the order of writes. */
    @FunctionalInterface
    public interface MailboxFactory {
        WorkflowMailbox make(CheckpointQueue queue, WorkflowKey key, int lastSeq, Runnable left);
    }

    /**
     * Opens the store on a migrated database.
     *
     * @param dedicated gives connections that are kept; {@code pooled} those for reads
     * @param pool closed with the store
     */
    public PostgresStore(
            DataSource dedicated,
            DataSource pooled,
            AutoCloseable pool,
            PostgresConfig config,
            OpenTelemetry telemetry) {
        this(dedicated, pooled, pool, config, telemetry, WorkflowMailbox::new, Balancer::evenly);
    }

    /** For a test that makes mailboxes, or shares the buckets, in its own way. */
    public PostgresStore(
            DataSource dedicated,
            DataSource pooled,
            AutoCloseable pool,
            PostgresConfig config,
            OpenTelemetry telemetry,
            MailboxFactory mailboxes,
            Balancer.Share share) {
        this.pool = pool;
        StoreMetrics metrics = new StoreMetrics(telemetry);
        this.outage = new Outage(metrics);
        this.config = config;
        this.mailboxes = mailboxes;
        Jdbi jdbi = JdbiFactory.on(pooled);
        this.pooledReads = new PooledReads(jdbi, outage);
        this.questions = new Questions(pooledReads, RequiredConnections.reads(pooled, config));
        this.installation = Installation.open(jdbi, config);
        this.reader = new WorkflowReader(jdbi, installation.ids());
        this.heads = new LogHeads(jdbi);
        this.summaries = new SummaryReader(jdbi, installation.ids());
        this.published = new PublishedReader(jdbi);
        this.inbox = new InboxTable(jdbi);
        this.signals = new SignalWriter(questions);
        this.session =
                new NodeSession(new NodeRuntime.Parts(dedicated, jdbi, config, installation, outage, share, metrics));
        this.administration = new PostgresAdminStore(questions, jdbi, installation, summaries);
        DatabaseProbe probe = new DatabaseProbe(
                pooled, jdbi.withExtension(MigrationSql.class, MigrationSql::version), outage::refusal);
        this.keys = config.database().isPresent() ? ApiKeys.in(config) : ApiKeys.in(pooled);
        BackgroundCount missing = BackgroundCount.byMissingVersion(jdbi, outage);
        this.checks = new StoreChecks(probe, session, missing);
        this.gauges =
                new StoreGauges(telemetry, session::joined, BackgroundCount.byStatus(jdbi, outage), missing, pooled);
    }

    @Override
    public Ownership ownership() {
        return session;
    }

    @Override
    public Optional<StepTransactions> transactions() {
        return Optional.of(session);
    }

    @Override
    public AdminStore admin() {
        return administration;
    }

    @Override
    public void join(OwnershipListener listener, Collection<DefinitionVersion> definitions)
            throws InterruptedException {
        session.join(listener, definitions);
    }

    @Override
    public List<Announcement> announcements() {
        return pooledReads.of(jdbi -> jdbi.withExtension(NodeSql.class, NodeSql::announcements));
    }

    @Override
    public byte[] callbackSecret() {
        return installation.callbackSecret();
    }

    @Override
    public WorkflowKey newKey() {
        NodeRuntime node = session.accepting();
        Instant now = node.heartbeat().now();
        return installation.ids().generate(node.ownedBuckets().anyBucket(), installation.eraAt(now), now);
    }

    @Override
    public String idOf(WorkflowKey key) {
        return installation.ids().format(key);
    }

    @Override
    public Mailbox mailbox(WorkflowKey key, int lastSeq) {
        NodeRuntime node = session.current();
        node.heartbeat().requireNotLost();
        node.ownedBuckets().enter(key.bucket());
        return mailbox(node, key, lastSeq);
    }

    private Mailbox mailbox(NodeRuntime node, WorkflowKey key, int lastSeq) {
        return mailboxes.make(
                node.queue(), key, lastSeq, () -> node.ownedBuckets().leave(key.bucket()));
    }

    @Override
    public void requireRoom() {
        session.joined().ifPresent(node -> {
            node.queue().requireRoom();
            node.submissions().requireRoom(config.queueMaxEntries() / 2);
        });
    }

    @Override
    public CompletableFuture<SubmissionResult> admit(KeyedSubmission keyed, WorkflowKey place) {
        NodeRuntime node = session.accepting();
        return node.submissions().admit(keyed, place, () -> mailbox(node, place, 0));
    }

    /** The place in a generated id, or one in the bucket of the name, so that a key is looked up in one bucket. */
    @Override
    public WorkflowKey placeFor(KeyedSubmission keyed) {
        Optional<WorkflowKey> generated = keyed.byId() ? installation.ids().parse(keyed.name()) : Optional.empty();
        Instant now = session.accepting().heartbeat().now();
        return generated.orElseGet(() ->
                installation.ids().generate(installation.ids().bucketOf(keyed.name()), installation.eraAt(now), now));
    }

    @Override
    public List<WorkflowKey> interrupted(Collection<Integer> buckets, @Nullable WorkflowKey after, int limit) {
        Integer[] asked = buckets.toArray(Integer[]::new);
        UUID uid = after == null ? null : after.uid();
        return pooledReads.of(db -> db.withExtension(WorkflowSql.class, sql -> sql.interrupted(asked, uid, limit)));
    }

    @Override
    public List<DueWorkflow> due(Duration ahead, int limit) {
        Integer[] buckets = session.ownedBuckets().toArray(Integer[]::new);
        long micros = ahead.toNanos() / 1_000;
        return pooledReads.of(db -> db.withExtension(WorkflowSql.class, sql -> sql.due(buckets, micros, limit)));
    }

    @Override
    public void postpone(WorkflowKey key, Duration by) {
        long micros = by.toNanos() / 1_000;
        pooledReads.of(db -> db.withExtension(WorkflowSql.class, sql -> sql.postpone(key.bucket(), key.uid(), micros)));
    }

    @Override
    public VersionWake wakeVersions(Collection<Integer> buckets, Collection<Wait.Version> versions, int limit) {
        Integer[] of = buckets.toArray(Integer[]::new);
        String[] texts = versions.stream().map(Wait::text).toArray(String[]::new);
        return pooledReads.of(db -> db.withExtension(WorkflowSql.class, sql -> sql.wakeVersions(of, texts, limit)));
    }

    @Override
    public List<StoredWorkflow> load(Collection<WorkflowKey> keys) {
        return pooledReads.of(db -> reader.load(keys));
    }

    @Override
    public Optional<WorkflowKey> locate(String id) {
        return pooledReads.of(db -> reader.locate(id));
    }

    @Override
    public Optional<WorkflowSummary> find(WorkflowKey key) {
        return pooledReads.of(db -> summaries.of(List.of(key)).stream().findFirst());
    }

    @Override
    public long bytes(WorkflowKey key) {
        return pooledReads.of(
                db -> db.withExtension(LogSql.class, sql -> sql.bytes(key.bucket(), key.era(), key.uid())));
    }

    @Override
    public Optional<byte[]> input(WorkflowKey key) {
        return pooledReads.of(
                db -> db.withExtension(WorkflowSql.class, sql -> sql.input(key.bucket(), key.era(), key.uid())));
    }

    @Override
    public List<LogRecord> log(WorkflowKey key, int afterSeq, int limit, long bytesMax) {
        return pooledReads.of(db -> db.withExtension(
                LogSql.class, sql -> sql.page(key.bucket(), key.era(), key.uid(), afterSeq, limit, bytesMax)));
    }

    @Override
    public List<HistoryEntry> history(WorkflowKey key, int afterSeq, int limit) {
        return questions.of(db -> db.withExtension(
                HistorySql.class, sql -> sql.page(key.bucket(), key.era(), key.uid(), afterSeq, limit)));
    }

    @Override
    public List<PublishedValue> published(WorkflowKey key) {
        return questions.of(db -> published.last(key));
    }

    @Override
    public List<FeedEntry> feed(Collection<FeedPosition> watched, long bytesMax) {
        return pooledReads.of(db -> published.feed(watched, bytesMax));
    }

    @Override
    public Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys) {
        return pooledReads.of(db -> heads.heads(keys));
    }

    @Override
    public Map<UUID, WorkflowHead> headsWithValues(Collection<WorkflowKey> keys) {
        return pooledReads.of(db -> heads.headsWithValues(keys));
    }

    @Override
    public EraSurvivors retire() {
        return session.joined()
                .map(node -> new EraSurvivors(
                        pooledReads.of(db -> node.retire()),
                        installation.eraAt(node.heartbeat().now())))
                .orElse(EraSurvivors.NONE);
    }

    @Override
    public void request(OperatorAction action, RequestContext context) {
        questions.of(db -> {
            inbox.append(action, context);
            return action;
        });
        session.joined().ifPresent(node -> node.notifyOwner(action.key().bucket()));
    }

    @Override
    public Optional<WorkflowStatus> send(SignalMessage signal) {
        Optional<WorkflowStatus> ended = signals.send(signal, () -> idOf(signal.key()));
        session.joined().ifPresent(node -> node.notifyOwner(signal.key().bucket()));
        return ended;
    }

    @Override
    public Set<UUID> received(Collection<SignalMessage> signals) {
        return pooledReads.of(db -> inbox.received(signals));
    }

    @Override
    public InboxPage inbox(InboxCursor after, int limit) {
        return pooledReads.of(db -> inbox.page(session.ownedBuckets(), after, limit));
    }

    @Override
    public List<InboxMessage> inbox(Collection<WorkflowKey> keys, int limit) {
        return pooledReads.of(db -> inbox.of(keys, limit));
    }

    @Override
    public Map<UUID, ActionResult> results(Collection<UUID> ids) {
        return pooledReads.of(db -> inbox.results(ids));
    }

    @Override
    public List<HealthCheck> checks() {
        return checks.all();
    }

    /** Has the {@link ApiKeys} and the {@link Installation}. */
    @Override
    public <T> Optional<T> extension(Class<T> type) {
        return Stream.of(keys, installation)
                .filter(type::isInstance)
                .<T>map(type::cast)
                .findFirst();
    }

    @Override
    public void drain() {
        session.joined().ifPresent(NodeRuntime::drain);
    }

    @Override
    public void close() {
        outage.close();
        checks.close();
        gauges.close();
        session.close();
        try {
            pool.close();
        } catch (Exception e) {
            throw new IllegalStateException("the pool did not close", e);
        }
    }
}

package dev.holdfast.postgres.node;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.postgres.checkpoint.BatchSettlement;
import dev.holdfast.postgres.checkpoint.CheckpointQueue;
import dev.holdfast.postgres.checkpoint.DeferredWrites;
import dev.holdfast.postgres.checkpoint.FlushCall;
import dev.holdfast.postgres.checkpoint.KeyedSubmissionWriter;
import dev.holdfast.postgres.checkpoint.Writer;
import dev.holdfast.postgres.cluster.Balancer;
import dev.holdfast.postgres.cluster.BucketHandover;
import dev.holdfast.postgres.cluster.BucketSql;
import dev.holdfast.postgres.cluster.BucketTable;
import dev.holdfast.postgres.cluster.BucketTakeover;
import dev.holdfast.postgres.cluster.ClusterObservation;
import dev.holdfast.postgres.cluster.Heartbeat;
import dev.holdfast.postgres.cluster.NodeTakeover;
import dev.holdfast.postgres.cluster.Notifier;
import dev.holdfast.postgres.cluster.OwnedBuckets;
import dev.holdfast.postgres.cluster.RehomedEras;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.connect.RequiredConnections;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.fence.FencedConnection;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
import dev.holdfast.postgres.lane.LaneConnection;
import dev.holdfast.postgres.lane.Lanes;
import dev.holdfast.postgres.retention.Retention;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.postgres.schema.SettingsSql;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One incarnation of a node: its buckets, and the connections, threads and queues that serve them. Made by
 * {@link NodeSession}. It ends for good when its ownership is lost. Its mailboxes and connections end with it, so that
 * nothing of a former ownership is written under a later one. Safe for all threads.
 */
public final class NodeRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);

    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final Jdbi jdbi;
    private final Outage outage;
    private final NodeTakeover takeover;
    private final Incarnation incarnation;
    private final OwnedBuckets ownedBuckets;
    private final Heartbeat heartbeat;
    private final Balancer balancer;
    private final CheckpointQueue queue;
    private final KeyedSubmissionRouter submissions;
    private final Notifier notifier;
    private final DeferredWrites deferred;
    private final Housekeeping housekeeping;
    private final EraTables eraTables;
    private final List<Writer> writers = new ArrayList<>();
    private final Lanes lanes;
    private final ScheduledExecutorService clock;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * The parts that all incarnations of a process share.
     *
     * @param dedicated for connections that are kept: writers, heartbeat, listener
     */
    public record Parts(
            DataSource dedicated,
            Jdbi jdbi,
            PostgresConfig config,
            Installation installation,
            Outage outage,
            Balancer.Share share,
            StoreMetrics metrics) {}

    private NodeRuntime(
            Parts parts,
            NodeTakeover takeover,
            Incarnation incarnation,
            OwnershipListener listener,
            Consumer<OwnershipLostException> lost) {
        PostgresConfig config = parts.config();
        this.outage = parts.outage();
        this.jdbi = parts.jdbi();
        this.takeover = takeover;
        this.incarnation = incarnation;
        this.clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("holdfast-housekeeping").factory());
        this.queue = new CheckpointQueue(config.queueMaxEntries(), config.queueMaxBytes(), config.heldFor());
        this.ownedBuckets = new OwnedBuckets(parts.installation().ids().buckets());
        RehomedEras rehomed = new RehomedEras();
        this.heartbeat = new Heartbeat(parts.dedicated(), incarnation, config, outage, listener::loaded, reason -> {
            queue().close(reason);
            lost.accept(reason);
        });
        this.notifier = new Notifier(parts.dedicated(), jdbi, receiver(listener), !config.pooler());
        BucketTable table = new BucketTable(jdbi, incarnation);
        this.balancer = new Balancer(
                incarnation,
                parts.share(),
                ownedBuckets,
                new BucketTakeover(table, takeover, ownedBuckets, rehomed, listener, parts.metrics()),
                new BucketHandover(table, ownedBuckets, listener, notifier, heartbeat),
                heartbeat,
                outage);
        KeyedSubmissionWriter keyed = new KeyedSubmissionWriter(
                fenced(parts, incarnation, config.writers(), (connection, token) -> connection),
                outage,
                parts.installation().ids());
        this.submissions = new KeyedSubmissionRouter(keyed, ownedBuckets, this::notifyOwner);
        this.deferred = new DeferredWrites(jdbi, clock, outage);
        BatchSettlement settlement =
                new BatchSettlement(queue, deferred, parts.installation().ids());
        for (int number = 0; number < config.writers(); number++) {
            writers.add(new Writer(
                    fenced(parts, incarnation, number, FlushCall::new),
                    queue,
                    outage,
                    settlement,
                    parts.metrics(),
                    rehomed,
                    heartbeat::lose));
        }
        this.lanes = new Lanes(
                IntStream.range(0, RequiredConnections.lanes(parts.dedicated(), config))
                        .mapToObj(lane -> fenced(parts, incarnation, config.writers() + 1 + lane, LaneConnection::new))
                        .toList(),
                outage,
                heartbeat::lose);
        Retention retention = new Retention(jdbi, parts.installation(), ownedBuckets, rehomed);
        this.housekeeping = new Housekeeping(jdbi, retention);
        this.eraTables = new EraTables(jdbi, parts.installation(), heartbeat);
    }

    private static <C extends AutoCloseable> FencedConnection<C> fenced(
            Parts parts, Incarnation incarnation, int number, FencedConnection.Wrapper<C> wrapper) {
        FenceToken none = FenceToken.none(incarnation, number, !parts.config().pooler());
        return new FencedConnection<>(parts.dedicated(), none, parts.config().lease(), wrapper);
    }

    private Notifier.Receiver receiver(OwnershipListener listener) {
        return new Notifier.Receiver() {
            @Override
            public void workIn(Set<Integer> buckets) {
                if (buckets.stream().anyMatch(ownedBuckets::isHeld)) {
                    listener.wake();
                }
            }

            @Override
            public void membersChanged() {
                heartbeat.beatNow();
            }
        };
    }

    /** Becomes a node. Throws {@link dev.holdfast.HoldfastException} while another living process has the name. */
    static NodeRuntime become(
            Parts parts,
            Collection<DefinitionVersion> definitions,
            OwnershipListener listener,
            Consumer<OwnershipLostException> lost)
            throws InterruptedException {
        NodeTakeover takeover = new NodeTakeover(parts.jdbi(), parts.config().lease());
        Incarnation incarnation = takeover.become(parts.config().nodeName(), definitions);
        return new NodeRuntime(parts, takeover, incarnation, listener, lost);
    }

    /** Starts all threads, and takes this node's share of the free buckets; more follow with later heartbeats. */
    void start() throws InterruptedException {
        queue.start();
        writers.forEach(Writer::start);
        submissions.writer().start();
        try {
            Instant now = jdbi.withExtension(SettingsSql.class, SettingsSql::now);
            Optional<ClusterObservation> first = heartbeat.begin(jdbi, now);
            if (first.isPresent()) {
                balancer.balance(first.orElseThrow());
            }
        } catch (JdbiException e) {
            outage.failed(Access.READS, e); // the heartbeat retries by itself
        } catch (RuntimeException e) {
            LOG.error("the first round of balancing has failed, the next heartbeat brings another", e);
        }
        balancer.start();
        heartbeat.start(balancer::offer);
        notifier.start();
        notifier.notifyMembers();
        watchThreads();
        eraTables.schedule(clock);
        housekeeping.schedule(clock); // after the first claims, beside which pruning does nothing
    }

    private void watchThreads() {
        ThreadWatch watch = new ThreadWatch(() -> closed.get() || heartbeat.isOver(), heartbeat::lose)
                .add("queue", queue::isAlive)
                .add("submissions", submissions.writer()::isAlive)
                .add("heartbeat", heartbeat::isAlive)
                .add("balancer", balancer::isAlive)
                .add("notifier", notifier::isAlive);
        for (int number = 0; number < writers.size(); number++) {
            watch.add("writer " + number, writers.get(number)::isAlive);
        }
        watch.schedule(clock);
    }

    Incarnation incarnation() {
        return incarnation;
    }

    public Heartbeat heartbeat() {
        return heartbeat;
    }

    public OwnedBuckets ownedBuckets() {
        return ownedBuckets;
    }

    /** For transactional steps. */
    public Lanes lanes() {
        return lanes;
    }

    public CheckpointQueue queue() {
        return queue;
    }

    /** Notifies the owner of this bucket, if it is another node, of new work. */
    public void notifyOwner(int bucket) {
        if (!ownedBuckets.isHeld(bucket)) {
            notifier.notifyOwner(bucket);
        }
    }

    /** Runs a round of retention; returns owned workflows that must be copied before their era can go. One thread. */
    public List<WorkflowKey> retire() {
        return housekeeping.retire();
    }

    public KeyedSubmissionRouter submissions() {
        return submissions;
    }

    /** Accepts no new workflows, and hands over each bucket once it is empty. */
    public void drain() {
        balancer.drain();
        heartbeat.drain();
    }

    /** Ends without releasing anything, because the ownership is lost. */
    void abandon() throws InterruptedException {
        if (closed.compareAndSet(false, true)) {
            end(new OwnershipLostException("node " + incarnation.node() + " has lost its ownership"));
        }
    }

    /** Stops everything and releases the ownership, so that the next owner need not wait for the lease. */
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (heartbeat.leaseHeld()) {
                queue.drain(DRAIN);
            }
            end(new OwnershipLostException("node " + incarnation.node() + " closes"));
            release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(OwnershipLostException reason) throws InterruptedException {
        try {
            notifier.close();
            balancer.close();
            submissions.writer().close();
            queue.close(reason);
            lanes.close(reason);
            for (Writer writer : writers) {
                writer.close();
            }
            heartbeat.close();
        } finally {
            deferred.close();
            clock.shutdown();
        }
    }

    /** Releases the buckets. Fences this incarnation before, so that nothing is written under the next owner. */
    private void release() throws InterruptedException {
        try {
            jdbi.useExtension(FenceSql.class, fence -> fence.fence(incarnation.id()));
            if (takeover.awaitSilence(incarnation.id())) {
                jdbi.useExtension(BucketSql.class, sql -> sql.releaseAll(incarnation.id()));
            } else {
                LOG.warn("a batch of this node is still in flight, the next owners of its buckets wait for it");
            }
            Notifier.notifyMembersNow(jdbi);
            notifier.awaitListener(); // which that notification has woken
        } catch (JdbiException e) {
            LOG.warn("the ownership could not be released, other nodes wait for the lease: {}", Outage.reason(e));
        }
    }
}

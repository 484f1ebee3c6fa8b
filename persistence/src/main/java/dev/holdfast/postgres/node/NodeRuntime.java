package dev.holdfast.postgres.node;

import dev.holdfast.postgres.checkpoint.CheckpointQueue;
import dev.holdfast.postgres.checkpoint.DeferredWrites;
import dev.holdfast.postgres.checkpoint.KeyedSubmissionWriter;
import dev.holdfast.postgres.checkpoint.Writer;
import dev.holdfast.postgres.cluster.Balancer;
import dev.holdfast.postgres.cluster.BucketSql;
import dev.holdfast.postgres.cluster.ClusterObservation;
import dev.holdfast.postgres.cluster.Heartbeat;
import dev.holdfast.postgres.cluster.NodeTakeover;
import dev.holdfast.postgres.cluster.Notifier;
import dev.holdfast.postgres.cluster.OwnedBuckets;
import dev.holdfast.postgres.cluster.Pruning;
import dev.holdfast.postgres.cluster.RehomedEras;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.read.InboxSql;
import dev.holdfast.postgres.retention.Retention;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.postgres.schema.SettingsSql;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One incarnation of a node: what it owns, and all that it holds open for that. Ends for good when it is lost; whatever
 * belongs to it, such as a mailbox, ends with it, so that nothing of a former ownership is written under a later one.
 */
public final class NodeRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);

    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final Jdbi jdbi;
    private final Installation installation;
    private final Outage outage;
    private final Incarnation incarnation;
    private final OwnedBuckets ownedBuckets;
    private final Heartbeat heartbeat;
    private final Balancer balancer;
    private final CheckpointQueue queue;
    private final KeyedSubmissionWriter submissions;
    private final Notifier notifier;
    private final DeferredWrites deferred;
    private final Retention retention;
    private final List<Writer> writers = new ArrayList<>();
    private final ScheduledExecutorService clock;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What all incarnations of a process share. */
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
        int buckets = parts.installation().ids().buckets();
        this.jdbi = parts.jdbi();
        this.installation = parts.installation();
        this.incarnation = incarnation;
        this.clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("holdfast-housekeeping").factory());
        this.queue = new CheckpointQueue(config.queueMaxEntries(), config.queueMaxBytes(), config.heldFor());
        this.ownedBuckets = new OwnedBuckets(buckets);
        RehomedEras rehomed = new RehomedEras();
        this.heartbeat = new Heartbeat(parts.dedicated(), incarnation, config, outage, listener::loaded, reason -> {
            queue().close(reason);
            lost.accept(reason);
        });
        this.notifier = new Notifier(
                parts.dedicated(),
                jdbi,
                told -> {
                    if (told.stream().anyMatch(ownedBuckets::isHeld)) {
                        listener.wake();
                    }
                },
                heartbeat::hurry,
                !config.pooler());
        this.balancer = new Balancer(
                jdbi,
                takeover,
                incarnation,
                ownedBuckets,
                heartbeat,
                listener,
                notifier,
                outage,
                parts.share(),
                parts.metrics(),
                buckets,
                rehomed);
        this.submissions = new KeyedSubmissionWriter(
                parts.dedicated(),
                FenceToken.none(incarnation, config.writers(), !config.pooler()),
                config.lease(),
                outage,
                parts.installation().ids());
        this.deferred = new DeferredWrites(jdbi, clock, outage);
        for (int number = 0; number < config.writers(); number++) {
            FenceToken none = FenceToken.none(incarnation, number, !config.pooler());
            writers.add(new Writer(
                    parts.dedicated(),
                    queue,
                    none,
                    config.lease(),
                    outage,
                    deferred,
                    parts.metrics(),
                    parts.installation().ids(),
                    rehomed,
                    heartbeat::lose));
        }
        this.retention = new Retention(jdbi, parts.installation(), ownedBuckets, rehomed);
        Future<?> unused = clock.scheduleWithFixedDelay(this::keepHouse, 1, 60, TimeUnit.MINUTES);
    }

    /** Becomes a node. Throws {@link dev.holdfast.HoldfastException} while another process has the name. */
    static NodeRuntime become(Parts parts, OwnershipListener listener, Consumer<OwnershipLostException> lost)
            throws InterruptedException {
        NodeTakeover takeover = new NodeTakeover(parts.jdbi(), parts.config().lease());
        Incarnation incarnation = takeover.become(parts.config().nodeName());
        return new NodeRuntime(parts, takeover, incarnation, listener, lost);
    }

    /** Takes its share of what is free; the rest comes later. */
    void start() throws InterruptedException {
        queue.start();
        writers.forEach(Writer::start);
        submissions.start();
        try {
            Instant now = jdbi.withExtension(SettingsSql.class, SettingsSql::now);
            Optional<ClusterObservation> first = heartbeat.begin(jdbi, now);
            if (first.isPresent()) {
                balancer.balance(first.orElseThrow());
            }
        } catch (JdbiException e) {
            outage.failed(e); // the heartbeat goes on by itself
        } catch (RuntimeException e) {
            LOG.error("the first round of balancing has failed, the next heartbeat brings another", e);
        }
        balancer.start();
        heartbeat.start(balancer::offer);
        notifier.start();
        notifier.notifyMembers();
    }

    private void keepHouse() {
        try {
            new Pruning(jdbi).run();
            jdbi.withExtension(InboxSql.class, InboxSql::sweep);
        } catch (JdbiException e) {
            LOG.debug("debris is swept later", e);
        }
    }

    Incarnation incarnation() {
        return incarnation;
    }

    public Heartbeat membership() {
        return heartbeat;
    }

    public OwnedBuckets holdings() {
        return ownedBuckets;
    }

    public CheckpointQueue queue() {
        return queue;
    }

    /** Something was put into this bucket that its owner has not seen. */
    public void notifyOwner(int bucket) {
        if (!ownedBuckets.isHeld(bucket)) {
            notifier.notifyOwner(bucket);
        }
    }

    /** Lets go what need not be kept; returns what stands in the way. One thread. */
    public List<WorkflowKey> retire() {
        makeRoom();
        return retention.round();
    }

    private void makeRoom() {
        try {
            installation.addEras(jdbi, heartbeat.now());
        } catch (JdbiException e) {
            LOG.warn("no room could be made for the next era yet, trying again in a minute", e);
        }
    }

    /** How many submissions under a key or id wait. */
    public int admissionDepth() {
        return submissions.depth();
    }

    /** Accepts it in this place, or joins what is there; it may start here if this node owns the bucket. */
    public CompletableFuture<SubmissionResult> admit(KeyedSubmission admission, WorkflowKey place) {
        if (!admission.acceptance().starts() || !ownedBuckets.tryEnterOpen(place.bucket())) {
            CompletableFuture<SubmissionResult> queued = submissions.admit(admission.queued(), place);
            return queued.thenApply(admitted -> {
                notifyOwner(place.bucket());
                return admitted;
            });
        }
        CompletableFuture<SubmissionResult> answer = submissions.admit(admission, place);
        // Left behind whoever starts it, since that enters the bucket by itself.
        CompletableFuture<SubmissionResult> started = new CompletableFuture<>();
        var unused = answer.whenComplete((admitted, failure) -> {
            try {
                if (failure == null) {
                    started.complete(admitted);
                } else {
                    started.completeExceptionally(failure);
                }
            } finally {
                ownedBuckets.leave(place.bucket());
            }
        });
        return started;
    }

    /** Takes nothing more, and gives up what is empty, for as long as it is not closed. */
    public void drain() {
        balancer.drain();
        heartbeat.drain();
    }

    /** Ends without giving anything up: it is lost, or the process is to look dead. */
    void abandon() throws InterruptedException {
        if (closed.compareAndSet(false, true)) {
            end(new OwnershipLostException("node " + incarnation.node() + " has lost its ownership"));
        }
    }

    /** Stops everything and gives up the ownership, so that the next one need not wait. */
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
            submissions.close();
            queue.close(reason);
            for (Writer writer : writers) {
                writer.close();
            }
            heartbeat.close();
        } finally {
            deferred.close();
            clock.shutdown();
        }
    }

    /** Fences itself first: nothing that is still on its way may be written under the next owner. */
    private void release() {
        try {
            jdbi.useExtension(FenceSql.class, fence -> fence.fence(incarnation.id()));
            jdbi.useExtension(BucketSql.class, sql -> sql.releaseAll(incarnation.id()));
            Notifier.notifyMembersNow(jdbi);
        } catch (JdbiException e) {
            LOG.warn("the ownership could not be given up, others wait for the lease: {}", e.getMessage());
        }
    }
}

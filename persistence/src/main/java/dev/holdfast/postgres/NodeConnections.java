package dev.holdfast.postgres;

import dev.holdfast.spi.Admission;
import dev.holdfast.spi.Admitted;
import dev.holdfast.spi.BucketListener;
import dev.holdfast.spi.OwnershipLostException;
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
final class NodeConnections {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConnections.class);

    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final Jdbi jdbi;
    private final Installation installation;
    private final Outage outage;
    private final Incarnation incarnation;
    private final Holdings holdings;
    private final Membership membership;
    private final Balancer balancer;
    private final CheckpointQueue queue;
    private final Admissions admissions;
    private final Wakeups wakeups;
    private final Sweeper sweeper;
    private final Retention retention;
    private final List<Writer> writers = new ArrayList<>();
    private final ScheduledExecutorService clock;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What all incarnations of a process share. */
    record Parts(
            DataSource dedicated,
            Jdbi jdbi,
            PostgresConfig config,
            Installation installation,
            Outage outage,
            Balancer.Share share,
            StoreMetrics metrics) {}

    private NodeConnections(
            Parts parts,
            Claims claims,
            Incarnation incarnation,
            BucketListener listener,
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
        this.holdings = new Holdings(buckets);
        Homes homes = new Homes();
        this.membership = new Membership(parts.dedicated(), incarnation, config, outage, listener::loaded, reason -> {
            queue().close(reason);
            lost.accept(reason);
        });
        this.wakeups = new Wakeups(
                parts.dedicated(),
                jdbi,
                told -> {
                    if (told.stream().anyMatch(holdings::isHeld)) {
                        listener.wake();
                    }
                },
                membership::hurry,
                !config.pooler());
        this.balancer = new Balancer(
                jdbi,
                claims,
                incarnation,
                holdings,
                membership,
                listener,
                wakeups,
                outage,
                parts.share(),
                parts.metrics(),
                buckets,
                homes);
        this.admissions = new Admissions(
                parts.dedicated(),
                Enrolment.none(incarnation, config.writers(), !config.pooler()),
                config.lease(),
                outage,
                parts.installation().ids());
        this.sweeper = new Sweeper(jdbi, clock, outage);
        for (int number = 0; number < config.writers(); number++) {
            Enrolment none = Enrolment.none(incarnation, number, !config.pooler());
            writers.add(new Writer(
                    parts.dedicated(),
                    queue,
                    none,
                    config.lease(),
                    outage,
                    sweeper,
                    parts.metrics(),
                    parts.installation().ids(),
                    homes,
                    membership::lose));
        }
        this.retention = new Retention(jdbi, parts.installation(), holdings, homes);
        Future<?> unused = clock.scheduleWithFixedDelay(this::keepHouse, 1, 60, TimeUnit.MINUTES);
    }

    /** Becomes a node. Throws {@link dev.holdfast.HoldfastException} while another process has the name. */
    static NodeConnections become(Parts parts, BucketListener listener, Consumer<OwnershipLostException> lost)
            throws InterruptedException {
        Claims claims = new Claims(parts.jdbi(), parts.config().lease());
        Incarnation incarnation = claims.become(parts.config().nodeName());
        return new NodeConnections(parts, claims, incarnation, listener, lost);
    }

    /** Takes its share of what is free; the rest comes later. */
    void start() throws InterruptedException {
        queue.start();
        writers.forEach(Writer::start);
        admissions.start();
        try {
            Instant now = jdbi.withExtension(SettingsSql.class, SettingsSql::now);
            Optional<Sighting> first = membership.begin(jdbi, now);
            if (first.isPresent()) {
                balancer.balance(first.orElseThrow());
            }
        } catch (JdbiException e) {
            outage.failed(e); // the heartbeat goes on by itself
        } catch (RuntimeException e) {
            LOG.error("the first round of balancing has failed, the next heartbeat brings another", e);
        }
        balancer.start();
        membership.start(balancer::offer);
        wakeups.start();
        wakeups.tellMembers();
    }

    private void keepHouse() {
        try {
            jdbi.withExtension(BucketSql.class, BucketSql::prune);
            jdbi.withExtension(InboxSql.class, InboxSql::sweep);
        } catch (JdbiException e) {
            LOG.debug("debris is swept later", e);
        }
    }

    Incarnation incarnation() {
        return incarnation;
    }

    Membership membership() {
        return membership;
    }

    Holdings holdings() {
        return holdings;
    }

    CheckpointQueue queue() {
        return queue;
    }

    /** Something was put into this bucket that its owner has not seen. */
    void tellOwner(int bucket) {
        if (!holdings.isHeld(bucket)) {
            wakeups.tell(bucket);
        }
    }

    /** Lets go what need not be kept; returns what stands in the way. One thread. */
    List<WorkflowKey> retire() {
        makeRoom();
        return retention.round();
    }

    private void makeRoom() {
        try {
            installation.addEras(jdbi, membership.now());
        } catch (JdbiException e) {
            LOG.warn("no room could be made for the next era yet, trying again in a minute", e);
        }
    }

    /** How many submissions under a key or id wait. */
    int admissionDepth() {
        return admissions.depth();
    }

    /** Accepts it in this place, or joins what is there; it may start here if this node owns the bucket. */
    CompletableFuture<Admitted> admit(Admission admission, WorkflowKey place) {
        if (!admission.acceptance().starts() || !holdings.tryEnterOpen(place.bucket())) {
            CompletableFuture<Admitted> queued = admissions.admit(admission.queued(), place);
            return queued.thenApply(admitted -> {
                tellOwner(place.bucket());
                return admitted;
            });
        }
        CompletableFuture<Admitted> answer = admissions.admit(admission, place);
        // Left behind whoever starts it, since that enters the bucket by itself.
        CompletableFuture<Admitted> started = new CompletableFuture<>();
        var unused = answer.whenComplete((admitted, failure) -> {
            try {
                if (failure == null) {
                    started.complete(admitted);
                } else {
                    started.completeExceptionally(failure);
                }
            } finally {
                holdings.leave(place.bucket());
            }
        });
        return started;
    }

    /** Takes nothing more, and gives up what is empty, for as long as it is not closed. */
    void leave() {
        balancer.leave();
        membership.leave();
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
            if (membership.leaseHeld()) {
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
            wakeups.close();
            balancer.close();
            admissions.close();
            queue.close(reason);
            for (Writer writer : writers) {
                writer.close();
            }
            membership.close();
        } finally {
            sweeper.close();
            clock.shutdown();
        }
    }

    /** Fences itself first: nothing that is still on its way may be written under the next owner. */
    private void release() {
        try {
            jdbi.useExtension(FenceSql.class, fence -> fence.fence(incarnation.id()));
            jdbi.useExtension(BucketSql.class, sql -> sql.releaseAll(incarnation.id()));
            Wakeups.tellMembersNow(jdbi);
        } catch (JdbiException e) {
            LOG.warn("the ownership could not be given up, others wait for the lease: {}", e.getMessage());
        }
    }
}

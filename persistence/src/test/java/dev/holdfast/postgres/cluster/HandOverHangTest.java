package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.StoreNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One statement of a hand-over hangs, while other nodes take the buckets, give them up, and all that is old is pruned;
 * then it goes on. No epoch has two owners, neither in the database nor in the memory of a node.
 */
@Tag("long")
@Timeout(180)
class HandOverHangTest {
    private static final Duration LEASE = TestNode.LEASE;
    private static final int OTHERS = 3;
    private static final String HEARTBEAT = "insert into holdfast.heartbeat";
    private static final String CLAIM = "insert into holdfast.bucket (bucket, epoch, incarnation)";

    @RegisterExtension
    private final TakeoverFixture fixture = new TakeoverFixture();

    private final List<StoreNode> nodes = new CopyOnWriteArrayList<>();
    private final Map<String, String> believed = new HashMap<>();
    private final List<String> twice = new CopyOnWriteArrayList<>();

    /** The node sends its heartbeats meanwhile. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ", -1, 0 where", // declares dead
                "or not exists (select from holdfast.incarnation i where i.id", // is it fenced?
                "select distinct connection from holdfast.fence", // waits until nothing is in flight
                "pg_advisory_xact_lock(holdfast.fence_lock",
                "pg_terminate_backend",
                "pg_advisory_xact_lock_shared", // holds off pruning
                CLAIM
            })
    void aBalancerThatHangsSharesNoEpoch(String statement) {
        hang(statement, statement);
    }

    /** Its heartbeats hang too, so that it is declared dead. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                HEARTBEAT,
                CLAIM,
                "pg_catalog.max(h.accepted_era)", // begins to own
                "insert into holdfast.bucket (bucket, epoch) values" // releases
            })
    void aNodeThatHangsSharesNoEpoch(String statement) {
        hang(statement, HEARTBEAT);
    }

    private void hang(String statement, String another) {
        recordHands();
        PgProxy wire = fixture.wire();
        StoreNode hanging = joining(fixture.open("a", LEASE, wire.jdbcUrl()));
        AtomicBoolean held = new AtomicBoolean();
        wire.rule(request ->
                request.sql().contains(held.get() ? another : statement) && hold(held) ? Action.HOLD : Action.FORWARD);
        AtomicBoolean over = new AtomicBoolean();
        Thread watch = Thread.ofPlatform().start(() -> watch(over));
        try {
            PgProxy killed = fixture.startKillable("b", LEASE);
            Await.until("a gives half of its buckets up", () -> held.get() || fixture.owned("b") == 128);
            killed.refuse(true);
            Await.until("a hangs", held::get);
            for (int number = 0; number < OTHERS; number++) {
                takeAndGiveUp("c" + number);
            }
            wire.rule(request -> Action.FORWARD);
            wire.links().forEach(PgLink::release);
            Await.until("a owns all and knows it", () -> ownsAll(hanging));
        } finally {
            over.set(true);
            Await.until("the watch ends", () -> !watch.isAlive());
        }
        assertThat(twice).isEmpty();
        assertThat(fixture.count("select count(*) from (select from public.hands where incarnation is not null"
                        + " group by bucket, epoch having count(distinct incarnation) > 1) twice"))
                .isZero();
    }

    private static boolean hold(AtomicBoolean held) {
        held.set(true);
        return true;
    }

    /** Pruned or not. */
    private void recordHands() {
        fixture.execute("create table public.hands (bucket integer, epoch bigint, incarnation uuid)");
        fixture.execute("create function public.note() returns trigger language plpgsql as $$ begin"
                + " insert into public.hands values (new.bucket, new.epoch, new.incarnation); return new; end $$");
        fixture.execute(
                "create trigger note after insert on holdfast.bucket for each row execute function public.note()");
    }

    private StoreNode joining(PostgresStore store) {
        StoreNode node = StoreNode.joining(store);
        nodes.add(node);
        return node;
    }

    private void takeAndGiveUp(String name) {
        PostgresStore store = fixture.open(name, LEASE);
        joining(store);
        Await.until(name + " owns buckets", () -> fixture.owned(name) > 0);
        fixture.prune();
        store.close();
        fixture.prune();
    }

    private boolean ownsAll(StoreNode node) {
        Map<Integer, Long> epochs = fixture.epochs();
        return fixture.owned("a") == 256
                && IntStream.range(0, 256).allMatch(bucket -> epoch(node, bucket) == epochs.getOrDefault(bucket, -1L));
    }

    private static long epoch(StoreNode node, int bucket) {
        try {
            return node.ownership().epoch(bucket);
        } catch (OwnershipLostException e) {
            return 0;
        }
    }

    private void watch(AtomicBoolean over) {
        while (!over.get()) {
            for (StoreNode node : nodes) {
                for (int bucket = 0; bucket < 256; bucket++) {
                    long epoch = epoch(node, bucket);
                    String name = node.ownership().node();
                    if (epoch > 0
                            && !believed.computeIfAbsent(bucket + "@" + epoch, key -> name)
                                    .equals(name)) {
                        twice.add(bucket + "@" + epoch + " of " + name);
                    }
                }
            }
            Thread.onSpinWait();
        }
    }
}

package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.StoreNode;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which process becomes the owner, and when, by the name, life and death of processes. */
@Timeout(60)
class NodeTakeoverTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = TestNode.LEASE;

    @RegisterExtension
    private final TakeoverFixture fixture = new TakeoverFixture();

    @Test
    void aRestartTakesOverAtOnceWhenTheFormerProcessIsGone() {
        PgProxy former = fixture.startKillable("a", LONG);
        Map<Integer, Long> before = fixture.epochs();
        former.refuse(true);
        StoreNode next = Await.done(fixture.joining("a", LONG)); // in 30 s, a tenth of the lease
        assertThat(next.ownership().leaseHeld()).isTrue();
        assertThat(fixture.owned("a")).isEqualTo(256);
        assertThat(fixture.epochs())
                .allSatisfy((bucket, epoch) -> assertThat(epoch).isEqualTo(before.getOrDefault(bucket, 0L) + 1));
    }

    @Test
    void aRestartWaitsForTheLeaseWhenAConnectionOfTheFormerProcessIsStillThere() {
        PgProxy former = fixture.startKillable("a", SHORT);
        freeze(former);
        long start = System.nanoTime();
        StoreNode next = Await.done(fixture.joining("a", SHORT));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
        assertThat(next.ownership().leaseHeld()).isTrue();
    }

    /** A node that dies in its first minute, again and again under other names, prunes nothing later. */
    @Test
    void aStartPrunesWhatFormerProcessesLeft() {
        fixture.execute("insert into holdfast.node (name) select 'pod-' || n from generate_series(1, 100) n");
        fixture.execute("insert into holdfast.incarnation (number, ordinal, id, version)"
                + " select n.number, 1, gen_random_uuid(), 'test' from holdfast.node n");
        fixture.execute("insert into holdfast.fence (incarnation, connection, generation, at)"
                + " select i.id, -1, 0, now() - interval '11 minutes' from holdfast.incarnation i");
        StoreNode.joining(fixture.open("a", SHORT));
        Await.until(
                "only its own incarnation is left",
                () -> fixture.count("select count(*) from holdfast.incarnation") == 1);
    }

    /** Its process is stopped: it says nothing, and its sockets stay open. */
    private static void freeze(PgProxy wire) {
        wire.rule(request -> Action.HOLD);
    }

    @Test
    void anotherNodeGetsItsShareOfOneThatLives() {
        StoreNode first = StoreNode.joining(fixture.open("a", SHORT));
        StoreNode second = StoreNode.joining(fixture.open("b", SHORT));
        fixture.awaitOwned(Map.of("a", 128L, "b", 128L));
        StoreNode third = StoreNode.joining(fixture.open("c", SHORT));
        fixture.awaitOwned(Map.of("a", 86L, "b", 85L, "c", 85L));
        second.store().close();
        fixture.awaitOwned(Map.of("a", 128L, "b", 0L, "c", 128L));
        assertThat(first.lost()).isEmpty();
        assertThat(third.lost()).isEmpty();
    }

    @Test
    void aNodeThatLeavesGivesUpAtOnceWhatIsEmptyAndTheRestWhenItIs() {
        StoreNode draining = StoreNode.joining(fixture.open("a", LONG));
        StoreNode staying = StoreNode.joining(fixture.open("b", LONG));
        fixture.awaitOwned(Map.of("a", 128L, "b", 128L));
        WorkflowKey key = draining.store().newKey();
        Mailbox inside = draining.store().mailbox(key, 0);
        draining.store().drain();
        fixture.awaitOwned(Map.of("a", 1L, "b", 255L));
        assertThat(draining.ownership().epoch(key.bucket())).isPositive();
        inside.close();
        fixture.awaitOwned(Map.of("a", 0L, "b", 256L));
        assertThat(draining.lost()).isEmpty();
        assertThat(staying.lost()).isEmpty();
    }

    @Test
    void anotherNodeTakesOverFromOneThatIsSilentForALease() {
        PgProxy former = fixture.startKillable("a", SHORT);
        former.refuse(true);
        long start = System.nanoTime();
        StoreNode second = StoreNode.joining(fixture.open("b", SHORT));
        fixture.awaitOwned(Map.of("a", 0L, "b", 256L));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
        assertThat(second.ownership().leaseHeld()).isTrue();
        assertThat(fixture.names()).as("also of the dead one").containsExactly("a", "b");
    }

    /** The backend of the batch ignores its termination, as one does that waits for a hanging disk. */
    @Test
    void aBatchThatHangsHoldsUpTheBucketsOfItsOwnNodeOnly() {
        PgProxy hung = fixture.startKillable("a", SHORT);
        PgProxy former = fixture.startKillable("c", SHORT);
        fixture.awaitOwned(Map.of("a", 128L, "c", 128L));
        try (Handle batch = fixture.open()) {
            batch.begin();
            batch.execute("select pg_advisory_xact_lock_shared(holdfast.fence_lock(i.id, 0))"
                    + " from holdfast.incarnation i join holdfast.node n using (number) where n.name = 'a'");
            hung.refuse(true);
            former.refuse(true);
            StoreNode.joining(fixture.open("b", SHORT));
            fixture.awaitOwned(Map.of("b", 128L, "c", 0L));
            batch.rollback();
        }
        fixture.awaitOwned(Map.of("b", 256L));
    }

    @Test
    void aSecondLivingProcessOfTheSameNameRefusesToStart() {
        StoreNode first = StoreNode.joining(fixture.open("a", SHORT));
        PostgresStore second = fixture.open("a", SHORT);
        assertThatThrownBy(() -> StoreNode.joining(second))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("another process is running as node \"a\"")
                .hasMessageContaining("give this one a node name of its own");
        assertThat(first.ownership().leaseHeld()).isTrue();
        assertThat(first.lost()).isEmpty();
        assertThat(fixture.owned("a")).isEqualTo(256);
    }

    @Test
    void afterACloseTheNextOneHasEverythingAtOnce() {
        StoreNode.joining(fixture.open("a", LONG)).store().close();
        Await.done(fixture.joining("b", LONG));
        assertThat(fixture.owned("b")).isEqualTo(256);
        assertThat(fixture.owned("a")).isZero();
    }

    /** The claim is committed, and the node that made it does not know. */
    @Test
    void bucketsOfAClaimWithoutAResponseAreTakenAllTheSame() {
        AtomicReference<PgLink> claiming = new AtomicReference<>();
        AtomicBoolean cut = new AtomicBoolean();
        PgProxy wire = fixture.wire();
        wire.rule(request -> {
            if (request.sql().contains("insert into holdfast.bucket (bucket, epoch, incarnation)")) {
                claiming.set(request.link());
            }
            boolean commits =
                    request.link().equals(claiming.get()) && request.sql().contains("COMMIT");
            return commits && cut.compareAndSet(false, true) ? Action.CUT_AFTER : Action.FORWARD;
        });
        StoreNode node = StoreNode.joining(fixture.open("a", SHORT, wire.jdbcUrl()));
        assertThat(cut).as("the commit of a claim was cut off").isTrue();
        assertThat(fixture.owned("a")).isEqualTo(256);
        Await.until(
                "the node knows what it owns", () -> IntStream.range(0, 256).allMatch(bucket -> knows(node, bucket)));
    }

    private static boolean knows(StoreNode node, int bucket) {
        try {
            return node.ownership().epoch(bucket) > 0;
        } catch (OwnershipLostException e) {
            return false;
        }
    }

    @Test
    void epochsGrowWithEveryChangeOfHandsAndOnlyThen() {
        StoreNode first = StoreNode.joining(fixture.open("a", SHORT));
        Map<Integer, Long> before = fixture.epochs();
        fixture.awaitHeartbeats(2);
        assertThat(fixture.epochs()).isEqualTo(before);
        first.store().close();
        StoreNode second = StoreNode.joining(fixture.open("b", SHORT));
        Map<Integer, Long> between = fixture.epochs();
        assertThat(between).allSatisfy((bucket, epoch) -> {
            assertThat(epoch).isGreaterThan(before.getOrDefault(bucket, 0L));
            assertThat(second.ownership().epoch(bucket)).isEqualTo(epoch);
        });
        second.store().close();
        StoreNode.joining(fixture.open("b", SHORT));
        assertThat(fixture.epochs())
                .allSatisfy((bucket, epoch) -> assertThat(epoch).isGreaterThan(between.getOrDefault(bucket, 0L)));
    }

    @Test
    void ofTwoThatStartUnderTheSameNameOneRefuses() {
        CompletableFuture<StoreNode> first = fixture.joining("a", SHORT);
        CompletableFuture<StoreNode> second = fixture.joining("a", SHORT);
        Await.until("both have tried", () -> first.isDone() && second.isDone());
        boolean firstRefused = first.isCompletedExceptionally();
        assertThat(Await.failure(firstRefused ? first : second)).hasMessageContaining("node \"a\"");
        assertThat(Await.done(firstRefused ? second : first).ownership().leaseHeld())
                .isTrue();
    }
}

package dev.holdfast.postgres.node;

import static dev.holdfast.postgres.node.RestoredCopyFixture.CHARGE;
import static dev.holdfast.postgres.node.RestoredCopyFixture.WAIT;
import static dev.holdfast.postgres.node.RestoredCopyFixture.count;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.NotAdoptedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.OpenIntent;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A copy of a database does nothing to the original, and runs nothing that the original may run, until it is adopted.
 */
@Timeout(120)
class RestoredCopyTest {
    private static final ActionOptions GONE = ActionOptions.because("the original is gone");

    private static final String BACKENDS_ELSEWHERE = """
            select count(*) from holdfast.fence f where f.pid is not null and not exists (
                select from pg_stat_activity a where a.datname = current_database() and a.pid = f.pid)""";

    @RegisterExtension
    private final RestoredCopyFixture fixture = new RestoredCopyFixture();

    private static List<OpenIntent> openIntents(Holdfast node) {
        return node.admin().openIntents(PageRequest.first(50)).items();
    }

    private static List<String> failures(Holdfast node) {
        return node.admin().health().checks().stream()
                .filter(check -> !check.holds())
                .map(HealthCheck::name)
                .toList();
    }

    private static void assertWaits(Holdfast node) {
        assertThat(node.admin().isRestored()).isTrue();
        assertThat(node.admin().ready()).isFalse();
        assertThat(failures(node)).containsExactly("adopted", "lease");
        assertThatThrownBy(() -> node.submit(CHARGE, "plain"))
                .isInstanceOf(NotAdoptedException.class)
                .hasMessageContaining("./holdfast adopt");
        assertThatThrownBy(() -> node.submit(CHARGE, "keyed", Submission.key("k")))
                .isInstanceOf(NotAdoptedException.class);
    }

    private static boolean refuses(Holdfast node) {
        try {
            node.submit(CHARGE, "plain");
            throw new AssertionError("it was accepted without a lease");
        } catch (StoreUnavailableException e) {
            return false; // its ownership is lost, and it does not know why yet
        } catch (NotAdoptedException e) {
            return true;
        }
    }

    @Test
    void nodesOfACopyTouchNothingOfTheOriginalUntilItIsAdopted() throws Exception {
        WorkflowHandle<String> charged = fixture.charging("visa");
        TestDatabase copy = fixture.copy();
        List<Integer> backends = fixture.backends();

        List<CompletableFuture<Holdfast>> starts = Stream.of("one", "two")
                .map(name -> CompletableFuture.supplyAsync(() -> fixture.start(copy, name)))
                .toList();
        Holdfast one = Await.done(starts.get(0));
        Holdfast two = Await.done(starts.get(1));
        fixture.awaitLease();

        assertThat(fixture.charges).hasSize(1);
        assertThat(fixture.backends()).containsAll(backends);
        assertThat(fixture.original.admin().ready()).isTrue();
        assertWaits(one);
        assertWaits(two);
        assertThat(one.admin().find(charged.id()).status()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(two.admin().list(WorkflowFilter.newest(10)).items()).hasSize(1);
        assertThat(one.admin().history(charged.id(), PageRequest.first(10)).items())
                .extracting(HistoryItem::name)
                .containsExactly("look-up", "charge");
        assertThat(openIntents(two)).singleElement().satisfies(intent -> {
            assertThat(intent.workflowId()).isEqualTo(charged.id());
            assertThat(intent.type()).isEqualTo("charge-card");
            assertThat(intent.step()).isEqualTo("charge");
            assertThat(intent.position()).isEqualTo(1);
            assertThat(intent.idempotencyKey()).isEqualTo(fixture.charges.getFirst());
        });

        fixture.let();
        assertThat(charged.result(WAIT)).isEqualTo("charged visa");
        CompletableFuture<Holdfast> during = CompletableFuture.supplyAsync(() -> fixture.start(copy, "three"));
        assertThat(two.admin().adopt(GONE)).isTrue();

        assertThat(one.handle(charged.id()).result(WAIT)).asString().contains("charged visa");
        assertThat(fixture.charges).hasSize(2).containsOnly(fixture.charges.getFirst());
        for (Holdfast node : List.of(one, two, Await.done(during))) {
            Await.until("it works", () -> failures(node).isEmpty());
            assertThat(node.submit(CHARGE, "amex").result(WAIT)).isEqualTo("charged amex");
            assertThat(node.admin().isRestored()).isFalse();
            assertThat(openIntents(node)).isEmpty();
        }
        assertThat(two.admin().nodes()).extracting(NodeSummary::name).containsExactly("one", "three", "two");
        assertThat(count(JdbiFactory.on(copy.dataSource()), BACKENDS_ELSEWHERE)).isZero();
        assertThat(fixture.backends()).containsAll(backends);
        assertThat(fixture.original.submit(CHARGE, "diners").result(WAIT)).isEqualTo("charged diners");
    }

    /** As when a database is restored in the place of one to which nodes try to connect again. */
    @Test
    void aRunningNodeStopsWhenItsDatabaseIsReplacedByACopy() throws Exception {
        Holdfast node = fixture.start(fixture.database, "two");
        WorkflowHandle<String> charged = fixture.charging("visa");

        fixture.jdbi.useHandle(handle -> handle.execute("update holdfast.settings set database_oid = 1"));
        Await.until(
                "both wait",
                () -> Stream.of(fixture.original, node)
                        .allMatch(one -> failures(one).equals(List.of("adopted", "lease")) && refuses(one)));
        assertWaits(node);
        assertWaits(fixture.original);
        fixture.let();
        assertThat(count(fixture.jdbi, "select count(*) from holdfast.log where name = 'mail'"))
                .isZero();

        assertThat(node.admin().adopt(GONE)).isTrue();
        assertThat(charged.result(WAIT)).isEqualTo("charged visa");
        assertThat(fixture.charges).hasSize(2).containsOnly(fixture.charges.getFirst());
    }

    @Test
    void aPhysicalCopyIsMarkedAtTheStartOfANode() throws Exception {
        WorkflowHandle<String> charged = fixture.charging("visa");
        PostgresConfig config = TestNode.config(fixture.database.jdbcUrl());

        Holdfast node = fixture.start(config.asRestored());

        assertWaits(node);
        Await.until("the other one waits too", () -> failures(fixture.original).contains("lease"));
        assertThat(openIntents(node)).hasSize(1);
        fixture.let();
        assertThat(node.admin().adopt(GONE)).isTrue();
        assertThat(charged.result(WAIT)).isEqualTo("charged visa");
    }

    @Test
    void ofSeveralAdoptionsOneIsAppliedAndAllAreAudited() {
        assertThat(fixture.original.admin().isRestored()).isFalse();
        assertThat(fixture.original.admin().adopt(GONE)).isFalse();
        fixture.jdbi.useHandle(handle -> handle.execute("update holdfast.settings set restored = true"));
        fixture.jdbi.useHandle(handle -> handle.execute("insert into holdfast.cleared (since, rules, bucket, era)"
                + " values (pg_current_xact_id(), 1, 1, 1)"));
        String before = identity();

        List<CompletableFuture<Boolean>> adoptions = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> fixture.original.admin().adopt(GONE)))
                .limit(4)
                .toList();

        assertThat(adoptions.stream().map(Await::done)).containsOnlyOnce(true);
        assertThat(identity()).isNotEqualTo(before);
        assertThat(count(fixture.jdbi, "select count(*) from holdfast.cleared")).isZero();
        List<AuditEntry> audit =
                fixture.original.admin().audit(AuditFilter.newest(50)).items();
        assertThat(audit).hasSize(10).allSatisfy(entry -> {
            assertThat(entry.action()).isEqualTo("ADOPT");
            assertThat(entry.reason()).isEqualTo("the original is gone");
        });
        assertThat(audit.stream().filter(entry -> entry.outcome().equals(Optional.of("APPLIED"))))
                .hasSize(1);
    }

    private String identity() {
        return fixture.jdbi.withHandle(handle -> handle.createQuery("select identity::text from holdfast.settings")
                .mapTo(String.class)
                .one());
    }
}

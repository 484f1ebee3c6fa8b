package dev.holdfast.postgres.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.FlushFixture;
import dev.holdfast.postgres.checkpoint.HotCalls;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.cluster.BucketSql;
import dev.holdfast.postgres.cluster.NodeSql;
import dev.holdfast.postgres.cluster.Pruning;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.doctor.Doctor;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.read.WorkflowSql;
import dev.holdfast.postgres.scale.Cost.Call;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every statement of the engine and of people, on a database of the size of {@code -Dholdfast.scale}: 1 is a million
 * finished workflows, 10 is ten million. None scans a workflow table, and each reads what it returns, or what a search
 * may look at; the few that read all open workflows are {@link Call#ofAllOpen named}. Prints the table of
 * docs/performance.md.
 */
@Tag("long")
class ScaleTest {
    private static final double SCALE = Double.parseDouble(System.getProperty("holdfast.scale", "1"));
    /** A round looks at 160,000 workflows, and for each at its home, its end and whether it is open. */
    private static final long ROWS_OF_A_ROUND_MAX = 800_000;

    /** Three of its checks count up to 10,000 rows each. */
    private static final long ROWS_OF_THE_DOCTOR_MAX = 31_000;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final TableReads reads = TableReads.withHomes(jdbi);
    private final List<Cost> costs = new ArrayList<>();

    @Test
    void aCallCostsWhatItReturns() throws Exception {
        LargeDatabase.begin(database);
        Map<Kind, WorkflowKey> samples = Samples.write(database);
        long began = System.nanoTime();
        Map<Kind, List<WorkflowKey>> copies = LargeDatabase.fill(database, samples, SCALE);
        System.out.printf("filled in %d s%n", (System.nanoTime() - began) / 1_000_000_000);
        Places places = jdbi.withHandle(handle -> {
            Places found = Places.of(handle, samples, copies);
            TableReads.publish(handle);
            return found;
        });
        ofTheHotPath();
        ofTheStore(places);
        ofTheCluster();
        ofTheDoctor("`doctor`, no node lives", Call.SCANS_OF_ONE_READING, open(jdbi) + ROWS_OF_THE_DOCTOR_MAX);
        costs.forEach(cost -> System.out.println(cost.row()));
        SoftAssertions all = new SoftAssertions();
        costs.forEach(cost -> cost.verify(all));
        all.assertAll();
    }

    private void measure(Handle session, List<Call> calls) throws Exception {
        for (Call call : calls) {
            costs.add(Cost.of(call, reads, session));
        }
    }

    private void ofTheStore(Places places) throws Exception {
        PostgresConfig config = PostgresConfig.of(database.jdbcUrl()).nodeName("scale");
        try (OneSession pool = new OneSession(database.dataSource());
                PostgresStore store = new PostgresStore(
                        TestNode.dataSource(database.jdbcUrl()), pool, () -> {}, config, OpenTelemetry.noop());
                Handle session = JdbiFactory.on(pool).open()) {
            store.join(new Nobody(), List.of(new DefinitionVersion("order", 1)));
            Await.until(
                    "it owns all, and nobody else lives",
                    () -> store.admin().nodes().stream()
                            .map(NodeSummary::buckets)
                            .toList()
                            .equals(List.of(256)));
            assertCopiesAreLikeTheirSamples(store, places);
            long open = open(jdbi);
            EngineCalls engine = new EngineCalls(store, places);
            measure(session, engine.all(open));
            measure(session, engine.ofOne());
            measure(session, new AdminCalls(store.admin()).all(open));
            Jdbi counted = JdbiFactory.on(pool);
            measure(session, List.of(Call.ofAllOpen("gauge of open workflows", open, () -> (int) open(counted))));
            ofTheDoctor("`doctor`, a node owns all", 0, ROWS_OF_THE_DOCTOR_MAX);
            measure(session, List.of(engine.retire("`retire`, no rule", 10)));
            rule("other", "1 day");
            measure(session, List.of(engine.retire("`retire`, a rule shorter than an era", ROWS_OF_A_ROUND_MAX)));
            rule("*", "14 days");
            measure(session, List.of(engine.retire("`retire`, clears an era", ROWS_OF_A_ROUND_MAX)));
        }
    }

    private void rule(String definition, String keep) {
        jdbi.useHandle(handle -> handle.execute(
                "insert into holdfast.retention values (?, '*', cast(? as interval))", definition, keep));
    }

    /** What people and the engine see of a copy is what they see of the sample, but for ids and times. */
    private static void assertCopiesAreLikeTheirSamples(Store store, Places places) {
        for (Kind kind : Kind.values()) {
            WorkflowKey sample = places.sample(kind);
            WorkflowKey copy = places.copy(kind);
            assertThat(store.log(copy, 0, 100, Long.MAX_VALUE))
                    .as("log of %s", kind)
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                    .isEqualTo(store.log(sample, 0, 100, Long.MAX_VALUE));
            assertThat(store.find(copy).orElseThrow())
                    .as("summary of %s", kind)
                    .usingRecursiveComparison()
                    .ignoringFieldsMatchingRegexes("id", "labels.*", "deadLetter.*", ".*At", ".*until")
                    .isEqualTo(store.find(sample).orElseThrow());
            assertThat(store.locate(kind == Kind.NAMED ? kind.id(1) : store.idOf(copy)))
                    .as("place of %s", kind)
                    .isPresent();
        }
    }

    private static long open(Jdbi jdbi) {
        Integer[] buckets = IntStream.range(0, 256).boxed().toArray(Integer[]::new);
        return jdbi.withHandle(handle -> {
            Map<String, Long> open = handle.attach(WorkflowSql.class).open(buckets);
            TableReads.publish(handle);
            return open.values().stream().mapToLong(Long::longValue).sum();
        });
    }

    private void ofTheHotPath() throws Exception {
        FlushFixture fixture = new FlushFixture(database, Migrations.LOCATION);
        try (HotCalls calls = new HotCalls(fixture);
                Handle session = calls.session()) {
            for (Map.Entry<String, TableReads.Work> write : calls.writes().entrySet()) {
                measure(session, List.of(new Call(write.getKey(), 60, () -> {
                    write.getValue().run();
                    return 1;
                })));
            }
        }
    }

    private void ofTheCluster() throws Exception {
        Incarnation node = new FlushFixture(database, Migrations.LOCATION).incarnation("cluster");
        AtomicLong counter = new AtomicLong();
        int[] all = IntStream.range(0, 256).toArray();
        try (Connection connection = database.dataSource().getConnection();
                Handle session = JdbiFactory.on(connection).open()) {
            NodeSql nodes = session.attach(NodeSql.class);
            BucketSql buckets = session.attach(BucketSql.class);
            Pruning pruning = new Pruning(JdbiFactory.on(connection));
            measure(
                    session,
                    List.of(
                            new Call(
                                    "heartbeat",
                                    0,
                                    () -> nodes.beat(node.id(), counter.incrementAndGet(), 0, false)
                                            .map(view -> 1)
                                            .orElse(0)),
                            new Call(
                                    "claim of 256 buckets",
                                    0,
                                    () -> buckets.claim(node.id(), all, epochs(session))
                                            .size()),
                            new Call("latest era that was moved", 10, buckets::latestRehomed),
                            new Call("pruning", 0, () -> {
                                pruning.run();
                                return 1;
                            })));
            buckets.releaseAll(node.id());
        }
    }

    private static long[] epochs(Handle session) {
        return session
                .createQuery("select max(epoch) from holdfast.bucket group by bucket order by bucket")
                .mapTo(Long.class)
                .stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    /** Its sessions end with it, and pass on what they have read before they go. */
    private void ofTheDoctor(String name, int scansMax, long rowsMax) throws Exception {
        Doctor doctor =
                Doctor.of(PostgresConfig.of(database.jdbcUrl()).database().orElseThrow());
        try (Handle observer = jdbi.open()) {
            long before = sessions(observer);
            measure(observer, List.of(new Call(name, scansMax, rowsMax, () -> {
                int findings = doctor.examine().size();
                Await.until("its sessions are gone", () -> sessions(observer) <= before);
                return findings;
            })));
        }
    }

    private static long sessions(Handle observer) {
        return observer.createQuery("select count(*) from pg_stat_activity where datname = current_database()")
                .mapTo(Long.class)
                .one();
    }

    /** A node without an engine. */
    private static final class Nobody implements OwnershipListener {
        @Override
        public void gained(Set<Integer> buckets) {}

        @Override
        public void vacate(Set<Integer> buckets) {}

        @Override
        public void lost(OwnershipLostException reason) {}

        @Override
        public void wake() {}

        @Override
        public int loaded() {
            return 0;
        }
    }
}

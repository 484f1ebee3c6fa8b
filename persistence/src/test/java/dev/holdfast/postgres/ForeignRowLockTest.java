package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.node.NodeFixture;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Failure case 34: an open transaction of somebody else holds rows of ours, for as long as it likes. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignRowLockTest {
    private static final String TIDY =
            "select count(*) = 0 from holdfast.open_workflow where status <> 'DEAD_LETTERED'";

    @RegisterExtension
    private final NodeFixture fixture = new NodeFixture();

    private int round;

    /** A table, and what is done to each of its rows. */
    record Held(String table, String statement) {
        @Override
        public String toString() {
            return statement;
        }
    }

    @BeforeAll
    void putARowIntoEachTable() throws Exception {
        fixture.runOthers("before");
        WorkflowHandle<String> failed = fixture.submit("fail");
        Await.until(
                "it fails",
                () -> fixture.engine().admin().find(failed.id()).status().isFinal());
        fixture.parkOne("park");
        // Of a bucket that nobody owns, so that it stays; and one that is answered.
        fixture.jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.inbox (id, uid, bucket, era, letter_seq, kind, target, actor, reason)
                values (gen_random_uuid(), gen_random_uuid(), 70000, 1, 0, 'CANCEL', '', '', '')"""));
        fixture.jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.home (bucket, era, accepted_era, uid) values (70000, 2, 1, gen_random_uuid());
                insert into holdfast.retention (definition, status, keep) values ('none', '*', interval '1 year');
                insert into holdfast.cleared (bucket, era, since, rules) values (70000, 70000, '1', 0);
                insert into holdfast.closed (era) values (0);
                insert into holdfast.forgotten (bucket, uid) values (70000, gen_random_uuid());
                insert into holdfast.dead_letter_state (at, bucket, era, seq, uid, state)
                values (clock_timestamp(), 70000, 1, 1, gen_random_uuid(), '');
                insert into holdfast.api_key (id, prefix, hash, name, role, scopes, created_by)
                values (gen_random_uuid(), '0123abcd', sha256('test'), 'test', 'VIEWER', '{}', 'test')"""));
        WorkflowHandle<String> terminated = fixture.waiting("wait-terminated");
        fixture.engine()
                .admin()
                .terminate(terminated.id(), ActionOptions.because("for its audit row"), NodeFixture.BOUND);
    }

    /** Whatever tables there are. */
    Stream<Held> held() {
        List<String[]> tables = fixture.jdbi.withHandle(handle -> handle.createQuery("""
                        select c.oid::regclass::text, a.attname
                        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
                        where c.relnamespace = 'holdfast'::regnamespace and c.relkind in ('r', 'p')
                            and not c.relispartition order by 1""")
                .map((row, context) -> new String[] {row.getString(1), row.getString(2)})
                .list());
        assertThat(tables).hasSizeGreaterThan(10);
        return tables.stream().flatMap(table -> statements(table[0], table[1]));
    }

    private static Stream<Held> statements(String table, String column) {
        return Stream.of(
                        "select from %1$s for key share",
                        "select from %1$s for update", "update %1$s set %2$s = %2$s", "delete from %1$s")
                .map(statement -> new Held(table, statement.formatted(table, column)));
    }

    @ParameterizedTest
    @MethodSource("held")
    void nobodyWaitsForWhoeverHoldsEachRowOfATable(Held held) throws Exception {
        String name = "round" + ++round + "-";
        WorkflowHandle<String> running = fixture.waiting("wait" + name);
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            assertThat(foreign.execute(held.statement())).as("rows held").isPositive();
            fixture.let("wait" + name);
            assertThat(running.result(NodeFixture.BOUND)).isEqualTo("wait" + name + "!");
            fixture.runOthers(name);
            fixture.parkOne("park" + name);
            WorkflowHandle<String> other = fixture.waiting("wait-other" + name);
            ActionOptions why = ActionOptions.because("nobody waits for " + held);
            assertThat(fixture.engine().admin().terminate(other.id(), why, NodeFixture.BOUND))
                    .contains(WorkflowStatus.CANCELLED);
            assertThat(fixture.engine().admin().ready()).isTrue();
        }
        Await.until("the open rows of what has ended are gone", this::isTidy);
    }

    private boolean isTidy() {
        return fixture.jdbi.withHandle(
                handle -> handle.createQuery(TIDY).mapTo(Boolean.class).one());
    }

    @Test
    void theHeartbeatWaitsForNoRow() throws Exception {
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            for (String table : List.of("heartbeat", "fence", "node", "bucket", "settings")) {
                assertThat(foreign.execute("select from holdfast." + table + " for update"))
                        .isPositive();
            }
            fixture.awaitHeartbeats();
            assertThat(fixture.engine().admin().ready()).isTrue();
        }
    }

    @Test
    void whatEndsWhileItsOpenRowIsHeldIsNotShownAsOpen() throws Exception {
        WorkflowHandle<String> running = fixture.waiting("wait-shown");
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            foreign.execute("select from holdfast.open_workflow for update");
            fixture.let("wait-shown");
            running.result(NodeFixture.BOUND);
            assertThat(isTidy()).as("the row cannot have gone").isFalse();
            assertThat(fixture.engine().admin().find(running.id()).status().isFinal())
                    .isTrue();
        }
        Await.until("its open row is gone", this::isTidy);
    }
}

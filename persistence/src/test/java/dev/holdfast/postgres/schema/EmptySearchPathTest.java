package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.checkpoint.FlushCall;
import dev.holdfast.postgres.checkpoint.FlushFixture;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.postgres.node.NodeFixture;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All names are qualified: everything works in sessions that search no schema. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmptySearchPathTest {
    @RegisterExtension
    private final NodeFixture fixture = new NodeFixture();

    EmptySearchPathTest() {
        String name = fixture.jdbi.withHandle(handle -> handle.createQuery("select current_database()")
                .mapTo(String.class)
                .one());
        fixture.closeEngine();
        fixture.jdbi.useHandle(handle -> handle.execute("alter database " + name + " set search_path = ''"));
        fixture.startEngine();
    }

    static List<SqlOfMain.Statement> statements() throws Exception {
        List<SqlOfMain.Statement> all = SqlOfMain.all();
        assertThat(all).hasSizeGreaterThan(40);
        return all;
    }

    @Test
    void theSearchPathIsEmpty() {
        assertThat(fixture.count("select count(*) from pg_catalog.unnest(current_schemas(false))"))
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("statements")
    void everyStatementIsUnderstood(SqlOfMain.Statement statement) throws SQLException {
        try (Connection connection = fixture.database.dataSource().getConnection();
                Statement session = connection.createStatement()) {
            session.execute("prepare one as " + statement.numbered());
        }
    }

    @Test
    void wholeWorkflowsRunAndAreReadBack() throws Exception {
        fixture.runOthers("run");
        fixture.runOthers("run"); // joins those with a key
        fixture.parkOne("park");
        WorkflowHandle<String> failing = fixture.submit("fail");
        Await.until(
                "it fails", () -> fixture.engine().admin().find(failing.id()).status() == WorkflowStatus.FAILED);
        WorkflowHandle<String> interrupted = fixture.waiting("wait");
        fixture.closeEngine();
        fixture.startEngine();
        fixture.let("wait");
        Await.until(
                "it is taken up",
                () -> fixture.engine().admin().find(interrupted.id()).status().isFinal());
        assertThat(fixture.engine().admin().list(WorkflowFilter.newest(50)).items())
                .hasSizeGreaterThan(10);
    }

    /** Each branch of the functions, as PL/pgSQL understands a statement only when it comes to it. */
    @Test
    void everyBranchOfTheCallsIsUnderstood() throws Exception {
        fixture.closeEngine(); // or it would declare the writer below dead, which sends no heartbeat
        FlushFixture flush = new FlushFixture(fixture.database, Migrations.LOCATION);
        Incarnation writing = flush.incarnation("by-hand");
        try (FlushCall writer = flush.connect(writing, 1)) {
            for (boolean careful : new boolean[] {false, true}) {
                WorkflowKey key = flush.newKey();
                send(flush, writer, careful, key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a"));
                send(flush, writer, careful, key, 1, new WorkflowWrite.Loading(1, 1));
                send(flush, writer, careful, key, 1, undo());
                send(flush, writer, careful, key, 2, FlushFixture.parked("stack"));
                tidy(flush, key);
                send(flush, writer, careful, key, 3, new HistoryEvent.Ended(WorkflowStatus.FAILED, new byte[] {'1'}));
                tidy(flush, key);
                assertThat(flush.rows(key)).isEqualTo(4);
            }
        }
        boolean added = flush.jdbi.withExtension(SettingsSql.class, sql -> sql.addEra(77));
        assertThat(added).isTrue();
        flush.jdbi.useExtension(FenceSql.class, fence -> fence.fence(writing.id()));
        fixture.startEngine();
    }

    private static HistoryEvent.Intent undo() {
        return new HistoryEvent.Intent(Position.main(1), 1, "undo", UUID.randomUUID(), 0);
    }

    private static void send(
            FlushFixture flush,
            FlushCall writer,
            boolean careful,
            WorkflowKey key,
            int lastSeq,
            WorkflowWrite... entries)
            throws Exception {
        FlushCall.Result result = writer.send(flush.batch(flush.part(key, lastSeq, entries)), careful);
        assertThat(result.refused()).isFalse();
        assertThat(result.lost()).isEmpty();
    }

    private static void tidy(FlushFixture flush, WorkflowKey key) {
        boolean done = flush.jdbi.withExtension(LogSql.class, sql -> sql.tidy(key.bucket(), key.era(), key.uid()));
        assertThat(done).isTrue();
    }
}

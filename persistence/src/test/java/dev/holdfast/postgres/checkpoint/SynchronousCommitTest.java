package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.DatabaseDefaults;
import dev.holdfast.postgres.schema.MigrationMutant;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.spi.WorkflowKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A commit waits for all that a commit is to wait for, whatever a role or a database has set. */
@Timeout(60)
class SynchronousCommitTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final DatabaseDefaults defaults = new DatabaseDefaults(database);

    @ParameterizedTest
    @ValueSource(strings = {"off", "local", "remote_write"})
    void lessThanDurableIsSetRight(String level) throws Exception {
        defaults.set("synchronous_commit", level);
        assertFlushCommitsAs("on", Migrations.LOCATION);
    }

    @Test
    void moreThanDurableIsLeftAlone() throws Exception {
        defaults.set("synchronous_commit", "remote_apply");
        assertFlushCommitsAs("remote_apply", Migrations.LOCATION);
    }

    @Test
    void aFlushThatDoesNotSetItRightIsFoundOut(@TempDir Path directory) throws Exception {
        defaults.set("synchronous_commit", "off");
        String location = MigrationMutant.without("set_config('synchronous_commit'", directory);
        assertThatThrownBy(() -> assertFlushCommitsAs("on", location)).isInstanceOf(AssertionError.class);
    }

    /** What holds in the transaction of a batch, after the call and before its commit. */
    private void assertFlushCommitsAs(String level, String location) throws SQLException {
        FlushFixture fixture = new FlushFixture(database, location);
        WorkflowKey key = fixture.newKey();
        try (FlushCall writer = fixture.connect(fixture.incarnation("a"), 1)) {
            writer.connection().setAutoCommit(false);
            Batch batch = fixture.batch(fixture.part(key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")));
            assertThat(writer.send(batch, false).refused()).isFalse();
            assertThat(show(writer.connection(), "synchronous_commit")).isEqualTo(level);
            writer.connection().commit();
        }
        assertThat(fixture.rows(key)).isEqualTo(1);
    }

    /** Servers that log much send every line to a client that wants it. */
    @Test
    void aNoticeOfTheServerIsNoUnknownCommit() throws Exception {
        FlushFixture fixture = new FlushFixture(database, Migrations.LOCATION);
        defaults.set("client_min_messages", "log");
        defaults.set("log_min_duration_statement", "0");
        try (FlushCall writer = fixture.connect(fixture.incarnation("a"), 1);
                Statement statement = writer.connection().createStatement()) {
            statement.execute("select 1");
            assertThat(statement.getWarnings() != null)
                    .as("notices of a statement")
                    .isTrue();
            WorkflowKey key = fixture.newKey();
            Batch batch = fixture.batch(fixture.part(key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")));
            assertThat(writer.send(batch, false).refused()).isFalse();
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aRoleThatCommitsAsynchronouslyCommitsBatchesSynchronously() throws Exception {
        defaults.setForRole("synchronous_commit", "off");
        assertFlushCommitsAs("on", Migrations.LOCATION);
    }

    @Test
    void aKeyedSubmissionAndATidyingCommitSynchronouslyToo() throws SQLException {
        FlushFixture fixture = new FlushFixture(database, Migrations.LOCATION);
        defaults.set("synchronous_commit", "off");
        for (String call : new String[] {
            "select holdfast.tidy(0, 1, gen_random_uuid())",
            "select holdfast.admit(gen_random_uuid(), 0, 1, false, array['k'], array['d'], array[0], array[1],"
                    + " array[gen_random_uuid()], array[''::bytea], array[null]::text[], array['d'], array[1],"
                    + " array[null]::text[], array['1'::bytea], array[false], null::text[], null::text[],"
                    + " null::text[], null::text[], null::text[], null::text[], null::text[], null::text[],"
                    + " array[1]::bigint[])"
        }) {
            String level = fixture.jdbi.inTransaction(tx -> {
                tx.execute(call);
                return tx.createQuery("select current_setting('synchronous_commit')")
                        .mapTo(String.class)
                        .one();
            });
            assertThat(level).as(call).isEqualTo("on");
        }
    }

    /** What an unknown commit is confirmed by: on disk is then all that was visible before. */
    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void confirmingWaitsUntilWhatWasVisibleIsFlushed(String level) throws SQLException {
        FlushFixture fixture = new FlushFixture(database, Migrations.LOCATION);
        defaults.set("synchronous_commit", level);
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            for (int time = 0; time < 30; time++) {
                fixture.jdbi.useTransaction(tx -> {
                    tx.execute("set local synchronous_commit = off");
                    tx.execute("insert into holdfast.heartbeat (incarnation, counter) values (gen_random_uuid(), 1)");
                });
                String visible = one(session, "select pg_catalog.pg_current_wal_insert_lsn()::text");
                CommitConfirmation.awaitEarlier(connection);
                assertThat(one(session, "select pg_catalog.pg_current_wal_flush_lsn() >= '" + visible + "'::pg_lsn"))
                        .as("time %d, %s is flushed", time, visible)
                        .isEqualTo("t");
            }
        }
    }

    private static String one(Jdbi session, String sql) {
        return session.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).one());
    }
}

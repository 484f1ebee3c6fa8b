package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.HoldfastException;
import dev.holdfast.engine.Engine;
import dev.holdfast.spi.WorkflowKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failure case 44: what a role or a database has set is refused or set right, never silently weaker. */
@Timeout(60)
class SessionSettingsTest {
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("settings", 1, Integer.class, Integer.class);

    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void close() {
        database.close();
    }

    private void run(String sql) {
        Sql.on(database.dataSource()).useHandle(handle -> handle.execute(sql));
    }

    /** For the sessions to come. */
    private void setDefault(String setting, String value) {
        String name = Sql.on(database.dataSource())
                .withHandle(handle -> handle.createQuery("select current_database()")
                        .mapTo(String.class)
                        .one());
        run("alter database " + name + " set " + setting + " = '" + value + "'");
    }

    private Engine start() {
        return PostgresHoldfast.on(TestNode.config(database.jdbcUrl()))
                .register(DEFINITION, (ctx, input) -> ctx.step("add", Integer.class, step -> input + 1))
                .start();
    }

    @SuppressWarnings("resource") // It must not come to an engine.
    private void assertRefused(String setting) {
        assertThatThrownBy(this::start)
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining("Hint: ");
    }

    @ParameterizedTest
    @CsvSource({
        "default_transaction_isolation, repeatable read",
        "default_transaction_isolation, serializable",
        "default_transaction_read_only, on"
    })
    void aWeakerDefaultIsRefusedAtTheStartByItsName(String setting, String value) {
        Migrations.migrate(database.dataSource());
        setDefault(setting, value);
        assertRefused(setting);
    }

    @ParameterizedTest
    @CsvSource({"default_transaction_isolation, repeatable read", "default_transaction_read_only, on"})
    void aWeakerDefaultIsRefusedByItsNameBeforeThereIsASchema(String setting, String value) {
        setDefault(setting, value);
        assertRefused(setting);
    }

    @Test
    void whatWasRefusedStartsOnceTheDefaultIsGone() throws Exception {
        setDefault("default_transaction_isolation", "repeatable read");
        assertRefused("default_transaction_isolation");
        setDefault("default_transaction_isolation", "read committed");
        assertRunsOneWorkflow();
    }

    private void assertRunsOneWorkflow() throws Exception {
        try (Engine engine = start()) {
            assertThat(engine.submit(DEFINITION, 1).result(Duration.ofSeconds(20)))
                    .isEqualTo(2);
        }
    }

    @Test
    void aDatabaseThatCommitsAsynchronouslyIsUsedSynchronously() throws Exception {
        setDefault("synchronous_commit", "off");
        assertRunsOneWorkflow();
        assertFlushCommitsAs("on", Migrations.LOCATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "remote_write"})
    void lessThanDurableIsSetRight(String level) throws Exception {
        setDefault("synchronous_commit", level);
        assertFlushCommitsAs("on", Migrations.LOCATION);
    }

    @Test
    void moreThanDurableIsLeftAlone() throws Exception {
        setDefault("synchronous_commit", "remote_apply");
        assertFlushCommitsAs("remote_apply", Migrations.LOCATION);
    }

    @Test
    void aFlushThatDoesNotSetItRightIsFoundOut(@TempDir Path directory) throws Exception {
        setDefault("synchronous_commit", "off");
        String location = MigrationMutant.without("set_config('synchronous_commit'", directory);
        assertThatThrownBy(() -> assertFlushCommitsAs("on", location)).isInstanceOf(AssertionError.class);
    }

    /** What holds in the transaction of a batch, after the call and before its commit. */
    private void assertFlushCommitsAs(String level, String location) throws SQLException {
        FlushFixture fixture = new FlushFixture(database, location);
        WorkflowKey key = fixture.newKey();
        try (WriterConnection writer = fixture.connect(fixture.incarnation("a"), 1)) {
            writer.connection().setAutoCommit(false);
            Batch batch = fixture.batch(fixture.part(key, 0, FlushFixture.acceptance(), FlushFixture.intent(0, "a")));
            assertThat(writer.send(batch, false).refused()).isFalse();
            assertThat(show(writer.connection(), "synchronous_commit")).isEqualTo(level);
            writer.connection().commit();
        }
        assertThat(fixture.rows(key)).isEqualTo(1);
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "set default_transaction_isolation = 'repeatable read', 25001",
        "set default_transaction_isolation = 'serializable', 25001",
        "set default_transaction_read_only = on, 25006"
    })
    void aSessionThatBecomesWeakerWritesNothing(String statement, String sqlState) throws SQLException {
        FlushFixture fixture = new FlushFixture(database, Migrations.LOCATION);
        WorkflowKey key = fixture.newKey();
        try (WriterConnection writer = fixture.connect(fixture.incarnation("a"), 1);
                Statement session = writer.connection().createStatement()) {
            session.execute(statement);
            Batch batch = fixture.batch(fixture.part(key, 0, FlushFixture.acceptance(), FlushFixture.intent(0, "a")));
            assertThatThrownBy(() -> writer.send(batch, false))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
        }
        assertThat(fixture.rows(key)).isZero();
    }

    @Test
    void anAdmissionAndATidyingCommitSynchronouslyToo() throws SQLException {
        FlushFixture fixture = new FlushFixture(database, Migrations.LOCATION);
        setDefault("synchronous_commit", "off");
        for (String call : new String[] {
            "select holdfast.tidy(0, 1, gen_random_uuid())",
            "select holdfast.admit(gen_random_uuid(), 0, 1, false, array['k'], array['d'], array[0], array[1],"
                    + " array[gen_random_uuid()], array[''::bytea], array[null]::text[], array['d'], array[1],"
                    + " array[null]::text[], array['1'::bytea], array[false], array[1]::bigint[])"
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
}

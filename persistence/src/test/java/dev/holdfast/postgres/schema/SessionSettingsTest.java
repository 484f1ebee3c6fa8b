package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.Batch;
import dev.holdfast.postgres.checkpoint.FlushCall;
import dev.holdfast.postgres.checkpoint.FlushFixture;
import dev.holdfast.spi.WorkflowKey;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failure case 44: what a role or a database has set is refused or set right, never silently weaker. */
@Timeout(60)
class SessionSettingsTest {
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("settings", 1, Integer.class, Integer.class);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final DatabaseDefaults defaults = new DatabaseDefaults(database);

    private Holdfast start() {
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
        defaults.set(setting, value);
        assertRefused(setting);
    }

    @ParameterizedTest
    @CsvSource({"default_transaction_isolation, repeatable read", "default_transaction_read_only, on"})
    void aWeakerDefaultIsRefusedByItsNameBeforeThereIsASchema(String setting, String value) {
        defaults.set(setting, value);
        assertRefused(setting);
    }

    @ParameterizedTest
    @CsvSource({"default_transaction_isolation, repeatable read", "default_transaction_read_only, on"})
    void aWeakerDefaultOfTheRoleIsRefusedAtTheStartByItsName(String setting, String value) {
        Migrations.migrate(database.dataSource());
        defaults.setForRole(setting, value);
        assertRefused(setting);
    }

    @Test
    void aRefusedNodeStartsOnceTheDefaultIsGone() throws Exception {
        defaults.set("default_transaction_isolation", "repeatable read");
        assertRefused("default_transaction_isolation");
        defaults.set("default_transaction_isolation", "read committed");
        assertRunsOneWorkflow();
    }

    private void assertRunsOneWorkflow() throws Exception {
        try (Holdfast engine = start()) {
            assertThat(engine.submit(DEFINITION, 1).result(Duration.ofSeconds(20)))
                    .isEqualTo(2);
        }
    }

    @Test
    void aDatabaseThatCommitsAsynchronouslyIsUsed() throws Exception {
        defaults.set("synchronous_commit", "off");
        assertRunsOneWorkflow();
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
        try (FlushCall writer = fixture.connect(fixture.incarnation("a"), 1);
                Statement session = writer.connection().createStatement()) {
            session.execute(statement);
            Batch batch = fixture.batch(fixture.part(key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")));
            assertThatThrownBy(() -> writer.send(batch, false))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
        }
        assertThat(fixture.rows(key)).isZero();
    }
}

package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where an installation lives: the server and the database, as far as the role may know them. */
@Timeout(60)
class IdentityTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    private static boolean isRestored(Handle handle) {
        return handle.createQuery("select holdfast.is_restored()")
                .mapTo(Boolean.class)
                .one();
    }

    private static boolean isServerKnown(Handle handle) {
        return handle.createQuery("select system_identifier is not null from holdfast.settings")
                .mapTo(Boolean.class)
                .one();
    }

    private void initialise() {
        Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
    }

    @Test
    void theFirstNodeNotesServerAndDatabase() {
        jdbi.useHandle(handle -> assertThat(isRestored(handle)).isFalse());
        initialise();
        jdbi.useHandle(handle -> {
            assertThat(isRestored(handle)).isFalse();
            assertThat(isServerKnown(handle)).isTrue();
        });
    }

    @Test
    void anotherServerAndAnotherDatabaseAreCopies() {
        initialise();
        jdbi.useHandle(handle -> {
            handle.execute("update holdfast.settings set system_identifier = system_identifier + 1");
            assertThat(isRestored(handle)).isTrue();
            handle.execute("update holdfast.settings set system_identifier = holdfast.system_identifier(),"
                    + " database_oid = 1");
            assertThat(isRestored(handle)).isTrue();
            handle.execute("update holdfast.settings set database_oid = holdfast.database_oid()");
            assertThat(isRestored(handle)).isFalse();
        });
    }

    @Test
    void withoutTheRightToKnowTheServerTheDatabaseDecides() {
        String role = "holdfast_test_" + UUID.randomUUID().toString().replace("-", "");
        jdbi.useHandle(handle -> {
            handle.begin();
            handle.execute("create role " + role);
            handle.execute("grant usage on schema holdfast to " + role);
            handle.execute("grant all on all tables in schema holdfast to " + role);
            handle.execute("revoke execute on function pg_control_system() from public");
            handle.execute("set local role " + role);
            handle.execute("insert into holdfast.settings (buckets, id_seed, era_seconds) values (1, 1, 1)");
            assertThat(isServerKnown(handle)).isFalse();
            assertThat(isRestored(handle)).isFalse();
            handle.execute("update holdfast.settings set system_identifier = 1"); // noted by a role that might
            assertThat(isRestored(handle)).isFalse();
            handle.execute("update holdfast.settings set database_oid = 1");
            assertThat(isRestored(handle)).isTrue();
            handle.rollback();
        });
    }
}

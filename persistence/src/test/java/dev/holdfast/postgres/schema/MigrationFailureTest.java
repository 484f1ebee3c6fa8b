package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a database refuses is said in its words, with what to do. */
class MigrationFailureTest {
    private final String role = "holdfast_test_" + UUID.randomUUID().toString().replace("-", "");

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final Jdbi owner = JdbiFactory.on(database.dataSource());
    private final DataSource ofRole = TestNode.dataSource(
            database.jdbcUrl().replaceFirst("\\?.*", "") + "?user=" + role + "&password=for-a-test");

    private void execute(String sql) {
        owner.useHandle(handle -> handle.execute(sql));
    }

    @BeforeEach
    void make() {
        execute("create role " + role + " login password 'for-a-test'");
    }

    @AfterEach
    void drop() {
        execute("drop owned by " + role);
        execute("drop role " + role);
    }

    private String refusal(DataSource dataSource) {
        return String.valueOf(catchThrowableOfType(HoldfastException.class, () -> Migrations.migrate(dataSource))
                .getMessage());
    }

    @Test
    void aRoleThatMayNotCreateASchemaIsToldWhichRightItLacks() {
        String name = owner.withHandle(handle -> handle.createQuery("select current_database()")
                .mapTo(String.class)
                .one());

        assertThat(refusal(ofRole))
                .isEqualTo("the schema holdfast could not be brought up to date: permission denied for database " + name
                        + ". Hint: migrations need a role that owns the schema, or may create it: `grant create on"
                        + " database " + name + " to " + role + "`; or run `holdfast migrate` as another role, and"
                        + " start nodes with this one");
        execute("grant create on database " + name + " to " + role);
        assertThat(Migrations.migrate(ofRole)).isPositive();
    }

    @Test
    void aRoleThatDoesNotOwnTheSchemaIsToldSo() {
        execute("create schema holdfast");
        execute("grant usage on schema holdfast to " + role);

        assertThat(refusal(ofRole)).contains("permission denied for schema holdfast. Hint: ", "owns the schema");
    }

    @Test
    void aForeignSchemaIsNamedWithItsTables() {
        execute("create schema holdfast");
        execute("create table holdfast.accounts (id int)");
        execute("create view holdfast.balances as select 1 as one");

        assertThat(refusal(database.dataSource()))
                .isEqualTo("the schema holdfast of this database has tables (accounts, balances) that Holdfast has not"
                        + " made, so it was not touched. Hint: rename that schema, or use another database");
        for (int i = 0; i < 20; i++) {
            execute("create table holdfast.t" + i + " (id int)");
        }
        assertThat(refusal(database.dataSource()))
                .contains("(accounts, balances, t0, t1, t10,")
                .contains(", …)");
    }
}

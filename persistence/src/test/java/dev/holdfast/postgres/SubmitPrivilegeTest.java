package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Submission;
import dev.holdfast.postgres.node.NodeFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The role that docs/submitting.md gives to applications: it can submit and signal, and nothing else. */
@Timeout(120)
class SubmitPrivilegeTest {
    private static final Pattern BLOCK = Pattern.compile("(?s)```sql\\n(create role shop.*?)```");
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    @RegisterExtension
    private final NodeFixture fixture = new NodeFixture();

    private TestRole role;
    private Connection connection;

    @BeforeEach
    void makeRole() throws IOException, SQLException {
        role = new TestRole(fixture.database);
        Matcher block = BLOCK.matcher(Files.readString(Path.of("../docs/submitting.md")));
        assertThat(block.find()).isTrue();
        role.run(block.group(1).replaceFirst("create role shop[^;]*;", "").replaceAll("\\bshop\\b", role.name()));
        connection = TestNode.dataSource(role.jdbcUrl()).getConnection();
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        role.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void assertRefused(String sql) throws SQLException {
        assertThatThrownBy(() -> execute(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(e.getSQLState()).as(sql).isEqualTo(INSUFFICIENT_PRIVILEGE));
        connection.rollback();
    }

    @Test
    void itSubmitsAndSignals() throws Exception {
        String id =
                Enqueue.in(fixture.engine(), connection).submit(NodeFixture.DEFINITION, "mine", Submission.key("k"));
        execute("select holdfast.signal('" + id + "', 'note', '1')");
        connection.commit();
        assertThat(fixture.engine().handle(NodeFixture.DEFINITION, id).result(Duration.ofSeconds(20)))
                .isEqualTo("mine!");
        assertThat(fixture.count(
                        "select count(*) from holdfast.workflow where key = 'k' and actor = '" + role.name() + "'"))
                .isOne();
    }

    @Test
    void itCanDoNothingElse() throws Exception {
        List<String> tables = fixture.jdbi.withHandle(handle -> handle.createQuery("select c.oid::regclass::text from"
                        + " pg_class c where c.relnamespace = 'holdfast'::regnamespace and c.relkind in ('r', 'p')")
                .mapTo(String.class)
                .list());
        for (String table : tables) {
            assertRefused("select from " + table);
            assertRefused("delete from " + table);
            assertRefused("insert into " + table + " default values");
        }
        for (String sql : List.of(
                "create table holdfast.mine ()",
                "create function holdfast.submit(integer) returns integer language sql return 1",
                "alter function holdfast.enqueue_signal(text, text, jsonb, text) security definer",
                "drop schema holdfast cascade",
                "select holdfast.enqueue('locked', '1', null, null, null, null, null, null, null, 0, null, null)",
                "select holdfast.enqueue_signal('a', 'b', '1', null)",
                "select holdfast.is_restored()",
                "select holdfast.add_era(77)",
                "select holdfast.expire(0, gen_random_uuid(), 1)",
                "select holdfast.erase(0, 1, gen_random_uuid(), 'a')")) {
            assertRefused(sql);
        }
    }

    /** The caller's own types, operators and functions, where names are looked up first. */
    @Test
    void whatItPutsInFrontOfTheSearchPathIsNotUsed() throws Exception {
        execute("create function pg_temp.take(text) returns boolean language plpgsql as $$ begin"
                + " raise exception 'taken over by %', current_user; end $$");
        for (String type : List.of("text", "jsonb", "bit", "timestamptz", "numeric", "uuid", "record", "bigint")) {
            execute("create domain pg_temp." + type + " as pg_catalog.text check (pg_temp.take(value))");
        }
        for (String function : List.of(
                "length(pg_catalog.text)",
                "clock_timestamp()",
                "gen_random_uuid()",
                "sha256(pg_catalog.bytea)",
                "raise_durability()",
                "octet_length(pg_catalog.text)")) {
            execute("create function pg_temp." + function + " returns pg_catalog.int4 language plpgsql as $$ begin"
                    + " raise exception 'taken over by %', current_user; end $$");
        }
        execute("create table pg_temp.settings ()");
        execute("create table pg_temp.submission ()");
        execute("set search_path = pg_temp, pg_catalog, holdfast");
        execute("select holdfast.submit('locked'::pg_catalog.text, '1'::pg_catalog.jsonb, key => 'attack')");
        execute("select holdfast.submit('locked'::pg_catalog.text, '{\"a\": 1.5}'::pg_catalog.text, id => 'attack',"
                + " labels => '{\"a\": \"b\"}'::pg_catalog.jsonb, delay => '1 day'::pg_catalog.interval)");
        execute("select holdfast.signal('attack'::pg_catalog.text, 'note', '1'::pg_catalog.jsonb, 'k')");
        execute("select holdfast.signal('attack'::pg_catalog.text, 'note', '1'::pg_catalog.text, 'k')");
        connection.commit();
    }

    @Test
    void withoutTheGrantItCannotSubmit() throws Exception {
        role.run("revoke execute on all functions in schema holdfast from " + role.name());
        assertRefused("select holdfast.submit('locked', '1')");
        assertRefused("select holdfast.submit('locked', '1'::jsonb)");
        assertRefused("select holdfast.signal('a', 'note', '1')");
        assertRefused("select holdfast.signal('a', 'note', '1'::jsonb)");
    }
}

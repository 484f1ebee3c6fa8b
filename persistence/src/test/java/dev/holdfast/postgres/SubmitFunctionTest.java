package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.node.NodeFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holdfast.submit and holdfast.signal accept and refuse, as psql calls them. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubmitFunctionTest {
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```sql\\n(begin;.*?)```");
    private static final Pattern STATE = Pattern.compile("`(WF\\d{3})`");

    @RegisterExtension
    private final NodeFixture fixture = new NodeFixture();

    /** The SQLSTATE of a statement; 00000 if it is accepted. Rolled back. */
    private String state(String... statements) throws SQLException {
        try (Connection connection = fixture.database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
                return "00000";
            } catch (SQLException e) {
                return e.getSQLState();
            } finally {
                connection.rollback();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '\u0007',
            value = {
                "00000 ! 'locked', '\"a\"'",
                "00000 ! definition => 'locked', input => '\"a\"'::jsonb, key => 'order-17'",
                "00000 ! 'locked', '\"a\"'::text, 'k', labels => '{\"tenant\": \"acme\"}', version => 1",
                "00000 ! 'locked', '\"a\"'::text, 'k', delay => '1 day'",
                "00000 ! 'locked', '\"a\"', id => 'A.z_9:@-', deadline => now() + interval '1 day', at => now()",
                "00000 ! 'locked', 'null'",
                "00000 ! 'locked', '\"\\ud83d\\ude00 \\\\u0000 \\\\ud83d\"'",
                "00000 ! 'locked', repeat('[', 100) || repeat(']', 100)",
                "00000 ! 'locked', '{\"a:b\": {\"a:b\": 1, \"c\\\"\": \":\"}, \"d\": [{\"a:b\": 1}]}'",
                "00000 ! 'locked', to_jsonb(repeat('a', 1048574))",
                "00000 ! 'locked', '1', labels => '{}', priority => 0, delay => '365 days 23:59:59'",
                "00000 ! 'locked', '1', labels => jsonb_build_object(repeat('\u00e9', 200), repeat('x', 200))",
                "00000 ! 'locked', '1', delay => '0'",
                "00000 ! 'locked', '1', at => '-infinity'",
                "WF001 ! null, '1'",
                "WF001 ! '', '1'",
                "WF001 ! 'Locked', '1'",
                "WF001 ! E'locked\\n', '1'",
                "WF001 ! repeat('a', 101), '1'",
                "WF001 ! 'locked', null",
                "WF001 ! 'locked', null::jsonb",
                "WF001 ! 'locked', '1', key => ''",
                "WF001 ! 'locked', '1', key => 'a b'",
                "WF001 ! 'locked', '1', key => repeat('a', 201)",
                "WF001 ! 'locked', '1', id => 'a/b'",
                "WF001 ! 'locked', '1', key => 'a', id => 'b'",
                "WF001 ! 'locked', '1', id => 'h1' || repeat('0', 32)",
                "WF001 ! 'locked', '1', delay => '-1 second'",
                "WF001 ! 'locked', '1', delay => '367 days'",
                "WF001 ! 'locked', '1', delay => '1000000 years'",
                "WF001 ! 'locked', '1', at => now() + interval '367 days'",
                "WF001 ! 'locked', '1', at => 'infinity'",
                "WF001 ! 'locked', '1', delay => '1 day', at => now()",
                "WF001 ! 'locked', '1', deadline => '1969-12-31 00:00:00Z'",
                "WF001 ! 'locked', '1', deadline => 'infinity'",
                "WF001 ! 'locked', '1', labels => '[]'",
                "WF001 ! 'locked', '1', labels => '{\"a\": 1}'",
                "WF001 ! 'locked', '1', labels => '{\"a\": null}'",
                "WF001 ! 'locked', '1', labels => '{\"a\": \"\"}'",
                "WF001 ! 'locked', '1', labels => '{\"\": \"a\"}'",
                "WF001 ! 'locked', '1', labels => '{\"a\": \"b\\u0007\"}'",
                "WF001 ! 'locked', '1', labels => '{\"a\": \"b\\u0085\"}'",
                "WF001 ! 'locked', '1', labels => jsonb_build_object('a', repeat('x', 201))",
                "WF001 ! 'locked', '1', labels => jsonb_build_object('a', repeat(U&'\\+01F600', 101))",
                "WF001 ! 'locked', '1', labels => (select jsonb_object_agg(i, 'x') from generate_series(1, 21) i)",
                "WF001 ! 'locked', '{\"a\": 1, \"a\": 2}'",
                "WF001 ! 'locked', '{\"b\": {\"a\": 1, \"a\": 1}}'",
                "WF001 ! 'locked', '\"\\u0000\"'",
                "WF001 ! 'locked', '\"\\\\\\u0000\"'",
                "WF001 ! 'locked', '\"\\ud83d\"'",
                "WF001 ! 'locked', '\"\\ude00\\ud83d\"'",
                "WF001 ! 'locked', repeat('[', 101) || repeat(']', 101)",
                "WF001 ! 'locked', (repeat('{\"a\":', 101) || '1' || repeat('}', 101))::jsonb",
                "WF002 ! 'locked', to_jsonb(repeat('a', 1048575))",
                "WF002 ! 'locked', '\"' || repeat('a', 1048575) || '\"'",
                "WF003 ! 'looked', '1'",
                "WF003 ! 'locked', '1', version => 2",
                "WF003 ! 'locked', '1', version => -1",
                "WF003 ! 'lock', '1'",
                "0A000 ! 'locked', '1', queue => 'mail'",
                "0A000 ! 'locked', '1', queue_key => 'mail'",
                "0A000 ! 'locked', '1', priority => 1",
                "22P02 ! 'locked', '{'",
                "22P02 ! 'locked', ''",
                "22P02 ! 'locked', '\"a\" 1'",
                "22P02 ! 'locked', '{'::jsonb"
            })
    void aSubmissionIsAcceptedOrRefusedByItsOwnState(String expected, String arguments) throws Exception {
        assertThat(state("select holdfast.submit(" + arguments + ")"))
                .as(arguments)
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '\u0007',
            value = {
                "00000 ! 'mine', 'approval', '{\"by\": \"ann\"}'",
                "00000 ! workflow => 'mine', name => 'approval', payload => '1'::jsonb, signal_id => 'k-1'",
                "00000 ! 'mine', 'a', to_jsonb(repeat('a', 262142))",
                "WF001 ! 'mine', 'callback:0.1', '1'",
                "WF001 ! 'mine', 'Approval', '1'",
                "WF001 ! 'mine', null, '1'",
                "WF001 ! null, 'approval', '1'",
                "WF001 ! 'a b', 'approval', '1'",
                "WF001 ! 'mine', 'approval', '1', 'a b'",
                "WF001 ! 'mine', 'approval', 'null'",
                "WF001 ! 'mine', 'approval', null",
                "WF001 ! 'mine', 'approval', '{\"a\": 1, \"a\": 2}'",
                "WF002 ! 'mine', 'approval', to_jsonb(repeat('a', 262143))",
                "WF007 ! 'other', 'approval', '1'",
                "WF007 ! 'h1' || repeat('0', 32), 'approval', '1'",
                "22P02 ! 'mine', 'approval', 'yes'"
            })
    void aSignalIsKeptOrRefusedByItsOwnState(String expected, String arguments) throws Exception {
        assertThat(state(
                        "select holdfast.submit('locked', '\"a\"', id => 'mine')",
                        "select holdfast.signal(" + arguments + ")"))
                .as(arguments)
                .isEqualTo(expected);
    }

    @Test
    void conflictsEndsAndFullInboxesHaveStatesOfTheirOwn() throws Exception {
        String submitted = "select holdfast.submit('locked', '{\"a\": 1}', key => 'k')";
        assertThat(state(submitted, "select holdfast.submit('locked', '{\"a\": 1.0}', key => 'k')"))
                .isEqualTo("00000");
        assertThat(state(submitted, "select holdfast.submit('locked', '{\"a\": 2}', key => 'k')"))
                .isEqualTo("WF004");
        assertThat(state(
                        "select holdfast.submit('locked', '1', id => 'i')",
                        "update holdfast.workflow set definition = 'another' where id = 'i'",
                        "select holdfast.submit('locked', '1', id => 'i')"))
                .isEqualTo("WF005");
        String ended = fixture.submit("over").id();
        fixture.engine().handle(NodeFixture.DEFINITION, ended).result(Duration.ofSeconds(20));
        assertThat(state("select holdfast.signal('" + ended + "', 'note', '1')"))
                .isEqualTo("WF008");
        assertThat(state(
                        "select holdfast.submit('locked', '1', id => 'i')",
                        "update holdfast.submission set erased_at = now() where name = 'i'",
                        "select holdfast.submit('locked', '1', id => 'i')"))
                .isEqualTo("WF006");
        assertThat(state(
                        "select holdfast.submit('locked', '1', id => 'i')",
                        "update holdfast.open_workflow o set untaken = 10000 from holdfast.submission s"
                                + " where s.name = 'i' and o.uid = s.uid",
                        "select holdfast.signal('i', 'note', '1')"))
                .isEqualTo("WF009");
        assertThat(state(
                        "select holdfast.submit('locked', '1', key => 'k')",
                        "delete from holdfast.workflow where key = 'k'",
                        "select holdfast.submit('locked', '1', key => 'k')"))
                .isEqualTo("WF010");
        assertThat(state("update holdfast.settings set restored = true", "select holdfast.submit('locked', '1')"))
                .isEqualTo("WF011");
        assertThat(state(
                        "update holdfast.settings set restored = true",
                        "select holdfast.signal('" + ended + "', 'note', '1')"))
                .isEqualTo("WF011");
        assertThat(state(
                        "update holdfast.settings set initialised_at = now() - interval '300 days'",
                        "select holdfast.submit('locked', '1')"))
                .isEqualTo("WF012");
        assertThat(state("delete from holdfast.settings", "select holdfast.submit('locked', '1')"))
                .isEqualTo("WF012");
    }

    /** What its caller has set must not matter, or be refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "set standard_conforming_strings = off",
                "set search_path = ''",
                "set timezone = 'Asia/Kathmandu'",
                "set intervalstyle = 'sql_standard'",
                "set bytea_output = 'escape'",
                "set plan_cache_mode = force_custom_plan",
                "set default_transaction_deferrable = on",
                "set extra_float_digits = -15"
            })
    void theSettingsOfTheCallerDoNotMatter(String setting) throws Exception {
        assertThat(state(
                        setting,
                        "select holdfast.submit('locked', '{\"a\": \"\\\\u00e9\", \"b\": 1.50}'::text, key => 'k',"
                                + " labels => '{\"a\": \"b\"}', at => pg_catalog.now() + '1 day')",
                        "select holdfast.submit('locked', '{\"b\": 1.5, \"a\": \"\\\\u00e9\"}'::text, key => 'k')"))
                .isEqualTo("00000");
    }

    @Test
    void aReadOnlyTransactionIsRefusedByTheServer() throws Exception {
        assertThat(state("set transaction read only", "select holdfast.submit('locked', '1')"))
                .isEqualTo("25006");
    }

    @Test
    void ofRowsInOneStatementEachIsSubmitted() throws Exception {
        try (Connection connection = fixture.database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(distinct holdfast.submit('locked',"
                        + " to_jsonb('row-' || i), key => 'row-' || i)) from generate_series(1, 300) i")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(300);
        }
        assertThat(fixture.count("select count(*) from holdfast.workflow where key like 'row-%'"))
                .isEqualTo(300);
    }

    /** As psql sends it, with a definition that the node has. */
    @Test
    void theExampleOfThePageRuns() throws Exception {
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../docs/submitting.md")));
        assertThat(example.find()).isTrue();
        try (Connection connection = fixture.database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table orders (id bigint primary key, total bigint not null)");
            statement.execute(example.group(1).replace("definition => 'order'", "definition => 'locked'"));
        }
        assertThat(fixture.count("select count(*) from orders")).isOne();
        assertThat(fixture.count("select count(*) from holdfast.workflow where key = 'order-17'"))
                .isOne();
    }

    @Test
    void thePageHasEachStateAndNoOther() throws IOException {
        Set<String> raised = STATE.matcher(Files.readString(
                                Path.of("src/main/resources/dev/holdfast/postgres/schema/migrations/V10__submit.sql"))
                        .replaceAll("errcode = '(WF\\d{3})'", "`$1`"))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> documented = STATE.matcher(Files.readString(Path.of("../docs/submitting.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(raised).hasSizeGreaterThan(10);
    }
}

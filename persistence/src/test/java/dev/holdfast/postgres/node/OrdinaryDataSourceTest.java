package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.Transactional;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** A node works on the DataSource of a program, with all that is usual there, and leaves nothing behind in it. */
@Timeout(60)
class OrdinaryDataSourceTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Step FIRST = Step.named("first").retry(RetryPolicy.never());
    private static final Duration WAIT = Duration.ofSeconds(20);
    /** 2 writers, heartbeat, submissions, listener, a lane, 2 for reads. */
    private static final int LEAST = 8;

    private static final String SETTINGS = "set statement_timeout = '7s'; set lock_timeout = '6s';"
            + " set search_path = shop, public; set synchronous_commit = off; set time zone 'Asia/Tokyo'";
    /** What a session has set, listens to, and holds; what starts anew with each transaction does not count. */
    private static final String STATE = """
            select (select string_agg(name || '=' || setting, ' ' order by name) from pg_catalog.pg_settings
                where source = 'session' and name not like 'transaction%')
                || ' role ' || current_user
                || ' listens ' || (select count(*) from pg_catalog.pg_listening_channels())
                || ' locks ' || (select count(*) from pg_catalog.pg_locks
                    where locktype = 'advisory' and pid = pg_catalog.pg_backend_pid())
                || ' in transaction ' || (pg_catalog.pg_current_xact_id_if_assigned() is not null)""";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private HikariConfig config(int size) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(5_000);
        return config;
    }

    private static Holdfast start(DataSource dataSource) {
        return PostgresHoldfast.on(dataSource, PostgresConfig.defaults().nodeName("ordinary"))
                .config(EngineConfig.defaults().retentionInterval(Duration.ofMillis(50)))
                .register(WORK, (ctx, input) -> {
                    String first = ctx.step(FIRST, String.class, step -> {
                        if (input.equals("park")) {
                            throw new IllegalArgumentException("as it should");
                        }
                        return input + "!";
                    });
                    return Transactional.step(
                            ctx,
                            "second",
                            String.class,
                            (handle, step) -> first
                                    + handle.select("select '!'")
                                            .mapTo(String.class)
                                            .one());
                })
                .start();
    }

    /** All paths of statements: submissions, steps, lists, operators, a second start. */
    private static void assertWorks(DataSource dataSource) throws Exception {
        for (int time = 1; time <= 2; time++) {
            try (Holdfast engine = start(dataSource)) {
                List<WorkflowHandle<String>> handles = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    handles.add(engine.submit(WORK, "a'\\" + i, Submission.key("key-" + time + "-" + i)));
                    handles.add(
                            engine.submit(WORK, "a'\\" + i, Submission.plain().label("n", "a'\\" + i)));
                }
                for (int i = 0; i < handles.size(); i++) {
                    assertThat(handles.get(i).result(WAIT)).isEqualTo("a'\\" + i / 2 + "!!");
                }
                assertThat(engine.submit(WORK, "a'\\0", Submission.key("key-" + time + "-0"))
                                .id())
                        .isEqualTo(handles.getFirst().id());
                park(engine);
                assertThat(engine.admin()
                                .list(WorkflowFilter.newest(50)
                                        .label("n", "a'\\3")
                                        .statuses(WorkflowStatus.COMPLETED))
                                .items())
                        .hasSize(time);
                assertThat(engine.admin()
                                .history(handles.getFirst().id(), PageRequest.first(10))
                                .items())
                        .isNotEmpty();
                assertThat(engine.admin().audit(AuditFilter.newest(10)).items()).hasSize(2 * time);
                assertThat(engine.admin().health().checks())
                        .allSatisfy(check ->
                                assertThat(check.holds()).as(check.toString()).isTrue());
            }
        }
    }

    private static void park(Holdfast engine) {
        String id = engine.submit(WORK, "park").id();
        Await.until("it is parked", () -> engine.admin().find(id).status() == WorkflowStatus.DEAD_LETTERED);
        assertThat(engine.admin().deadLetters(DeadLetterFilter.all(5)).items()).isNotEmpty();
        assertThat(engine.admin().terminate(id, ActionOptions.because("a test"), WAIT))
                .contains(WorkflowStatus.CANCELLED);
    }

    @Test
    void worksWithoutAutocommitAndGivesTheConnectionsBackAsTheyCame() throws Exception {
        HikariConfig config = config(LEAST);
        config.setAutoCommit(false);
        config.setMinimumIdle(LEAST);
        config.setConnectionInitSql(SETTINGS);
        config.setIsolateInternalQueries(true); // else the first rollback takes the settings back
        try (HikariDataSource pool = new HikariDataSource(config)) {
            List<String> before = states(pool);
            assertThat(before)
                    .allSatisfy(state -> assertThat(state)
                            .contains("statement_timeout=7000", "synchronous_commit=off", " listens 0 locks 0"));

            assertWorks(pool);

            Await.until("all are back", () -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
            assertThat(states(pool)).isEqualTo(before);
        }
    }

    /** Of each session of the pool, the same ones each time. */
    private static List<String> states(HikariDataSource pool) throws SQLException {
        List<Connection> all = new ArrayList<>();
        List<String> states = new ArrayList<>();
        try {
            for (int i = 0; i < LEAST; i++) {
                Connection connection = pool.getConnection();
                all.add(connection);
                assertThat(connection.getAutoCommit()).isFalse();
                assertThat(connection.getNetworkTimeout()).isZero();
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(STATE)) {
                    row.next();
                    states.add(row.getString(1));
                }
                connection.rollback();
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
        return states;
    }

    @ParameterizedTest
    @EnumSource(PreferQueryMode.class)
    void worksInEveryQueryMode(PreferQueryMode mode) throws Exception {
        PGSimpleDataSource source = (PGSimpleDataSource) database.dataSource();
        source.setPreferQueryMode(mode);

        assertWorks(source);
    }

    @Test
    void aPoolThatIsTooSmallIsRefused() {
        try (HikariDataSource pool = new HikariDataSource(config(LEAST - 1))) {
            assertRefused(pool, "has 7 connections (maximumPoolSize)", "needs 8 at the same time: 2 writers");
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    @SuppressWarnings("resource") // It must not come to an engine.
    private static void assertRefused(DataSource source, String... reasons) {
        assertThatThrownBy(() -> start(source))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContainingAll(reasons);
    }
}

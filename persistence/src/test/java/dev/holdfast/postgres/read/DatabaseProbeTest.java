package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.MigrationSql;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import java.io.IOException;
import java.lang.Thread.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class DatabaseProbeTest {
    private static final Duration SLACK = Duration.ofSeconds(1);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final PgProxy proxy = new PgProxy(database.jdbcUrl());
    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final int version;
    private final HikariDataSource pool = pool();
    private final DatabaseProbe probe;

    DatabaseProbeTest() {
        version = jdbi.withExtension(MigrationSql.class, MigrationSql::version);
        probe = new DatabaseProbe(pool, version, Optional::empty);
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(TestNode.dataSource(proxy.jdbcUrl()));
        config.setMaximumPoolSize(1);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    @AfterEach
    void close() throws IOException {
        proxy.links().forEach(PgLink::release);
        pool.close();
        proxy.close();
    }

    private List<Boolean> probe() {
        return probe.check().stream().map(HealthCheck::holds).toList();
    }

    /** Not so, and said in time. */
    private void assertAway(String why) {
        long asked = System.nanoTime();
        List<HealthCheck> checks = probe.check();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(DatabaseProbe.LIMIT.plus(SLACK));
        assertThat(checks).extracting(HealthCheck::holds).containsExactly(false, false, false);
        assertThat(checks.getFirst().detail()).contains(why);
    }

    @Test
    void holdsWhereTheDatabaseAnswers() {
        assertThat(probe.check()).extracting(HealthCheck::name).containsExactly("database", "migrations", "adopted");
        assertThat(probe()).containsExactly(true, true, true);
    }

    @Test
    void doesNotHoldOnceItIsClosed() {
        probe.close();
        probe.close();

        assertAway("closed");
    }

    @Test
    void doesNotHoldWithoutAPool() {
        pool.close();

        assertAway("closed");
    }

    @Test
    void doesNotHoldWhileThePoolHasNoConnectionToGive() throws SQLException {
        try (Connection last = pool.getConnection()) {
            assertThat(last.isValid(1)).isTrue();
            assertAway("no answer within 2 s");
        }
        Await.until("it answers again", () -> probe().equals(List.of(true, true, true)));
    }

    @Test
    void manyWhoAskAtATimeAreOneQuestion() throws SQLException {
        try (Connection last = pool.getConnection()) {
            assertThat(last.isValid(1)).isTrue();
            List<Thread> many = Stream.generate(
                            () -> Thread.ofPlatform().daemon().start(probe::check))
                    .limit(20)
                    .toList();
            Await.until("all wait", () -> many.stream().allMatch(one -> one.getState() == State.TIMED_WAITING));
            Await.until("it is asked", () -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() > 0);
            assertThat(pool.getHikariPoolMXBean().getThreadsAwaitingConnection())
                    .isEqualTo(1);
        }
    }

    @Test
    void doesNotHoldWhileConnectionsAreRefused() {
        assertThat(probe()).containsExactly(true, true, true);
        proxy.refuse(true);

        assertAway("");

        proxy.refuse(false);
        Await.until("it answers again", () -> probe().equals(List.of(true, true, true)));
    }

    @Test
    void saysSoInTimeWhereTheServerSwallowsPackets() {
        assertThat(probe()).containsExactly(true, true, true);
        proxy.rule(request -> Action.HOLD);

        assertAway("");
        assertAway("");

        proxy.rule(request -> Action.FORWARD);
        Await.until("it answers again", () -> probe().equals(List.of(true, true, true)));
    }

    @Test
    void anOlderSchemaIsNotEnoughAndANewerOneIs() {
        jdbi.useHandle(handle -> handle.execute(
                "update holdfast.migration set version = '900' where version = ?", String.valueOf(version)));
        assertThat(probe()).containsExactly(true, true, true);

        jdbi.useHandle(handle -> handle.execute("delete from holdfast.migration where version = '900'"));
        assertThat(probe()).containsExactly(true, false, true);

        jdbi.useHandle(handle -> handle.execute("drop schema holdfast cascade"));
        assertThat(probe()).containsExactly(true, false, false);
    }
}

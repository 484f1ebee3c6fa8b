package dev.holdfast.postgres.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.HoldfastException;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.TestRole;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that would get too few connections does not start. By default it needs 17, and 8 of a DataSource. */
@Timeout(60)
class RequiredConnectionsTest {
    private static final RequiredConnections LEAST = RequiredConnections.ofDataSource(PostgresConfig.defaults());

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final TestRole role = new TestRole(database).owningTheSchema();

    @AfterEach
    void dropRole() {
        role.close();
    }

    /** A pool without a name that we know. */
    private DataSource pool(Semaphore free, boolean waits) {
        DataSource real = TestNode.dataSource(role.jdbcUrl());
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("getConnection")) {
                        return method.invoke(real, arguments);
                    }
                    if (waits) {
                        free.acquire();
                    } else if (!free.tryAcquire()) {
                        throw new SQLException("the pool is empty");
                    }
                    return counted(real.getConnection(), free);
                });
    }

    private static Connection counted(Connection connection, Semaphore free) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        free.release();
                    }
                    return method.invoke(connection, arguments);
                });
    }

    @Test
    void aDataSourceThatGivesEnoughIsAccepted() {
        Semaphore free = new Semaphore(8);

        assertThatCode(() -> LEAST.requireFrom(pool(free, true))).doesNotThrowAnyException();

        Await.until("all are given back", () -> free.availablePermits() == 8);
    }

    @Test
    void aDataSourceThatGivesOneTooFewIsRefusedWithItsReason() {
        Semaphore free = new Semaphore(7);

        assertThatThrownBy(() -> LEAST.requireFrom(pool(free, false)))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("the DataSource gives 7 connections (")
                .hasMessageContaining("the pool is empty")
                .hasMessageContaining("needs 8 at the same time")
                .hasMessageContaining("Give its pool at least 8");

        Await.until("all are given back", () -> free.availablePermits() == 7);
    }

    @Test
    void aDataSourceThatWaitsForEverIsRefused() {
        Semaphore free = new Semaphore(7);

        assertThatThrownBy(() -> LEAST.requireFrom(pool(free, true), Duration.ofMillis(500)))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("the DataSource gives 7 connections (no more within 500 ms)");

        Await.until("all are given back, also the one that came late", () -> free.availablePermits() == 7);
    }

    /** False and nothing, but what its other methods return. */
    private static <T> T answering(Class<T> type, Function<Method, @Nullable Object> others) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getReturnType() == boolean.class ? false : others.apply(method)));
    }

    @Test
    void aDataSourceThatHidesTheDriverIsRefused() {
        DataSource hiding = answering(DataSource.class, method -> answering(Connection.class, call -> null));

        assertThatThrownBy(() -> LEAST.requireFrom(hiding, Duration.ofSeconds(5)))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("org.postgresql.PGConnection");
    }

    @SuppressWarnings("resource") // It must not come to an engine.
    private static void assertRefused(DataSource source, String reason, String remedy) {
        assertThatThrownBy(() -> PostgresHoldfast.on(source).start())
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(remedy);
    }

    @Test
    void aLimitOfTheRoleIsRefused() {
        DataSource source = TestNode.dataSource(role.jdbcUrl());
        role.run("alter role " + role.name() + " connection limit 7");
        assertRefused(
                source,
                "the role " + role.name() + " allows 7 connections, and this node needs 8",
                "connection limit 8`");

        role.run("alter role " + role.name() + " connection limit 8");
        HikariConfig config = new HikariConfig();
        config.setDataSource(source); // which alone would count connections that are just being closed
        config.setMaximumPoolSize(8);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            assertThatCode(() -> PostgresHoldfast.on(pool).start().close()).doesNotThrowAnyException();
        }
    }

    @Test
    void aLimitOfTheDatabaseIsRefused() {
        role.run("do $$ begin execute format('alter database %I connection limit 2', current_database()); end $$");

        assertRefused(
                TestNode.dataSource(role.jdbcUrl()), "allows 2 connections, and this node needs 8", "alter database");
    }

    @Test
    @SuppressWarnings("resource") // It must not come to an engine.
    void aLimitBelowThePoolOfTheNodeItselfIsRefused() {
        role.run("alter role " + role.name() + " connection limit 16");

        assertThatThrownBy(() ->
                        PostgresHoldfast.on(PostgresConfig.of(role.jdbcUrl())).start())
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("allows 16 connections, and this node needs 17")
                .hasMessageContaining("8 for reads");
        assertThat(PostgresConfig.of(role.jdbcUrl()).connections()).isEqualTo(17);
    }
}

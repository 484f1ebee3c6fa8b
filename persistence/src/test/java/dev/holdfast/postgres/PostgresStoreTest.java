package dev.holdfast.postgres;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.cluster.NodeSql;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoreContract;
import dev.holdfast.spi.StoreNode;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The PostgreSQL store keeps the contract of the storage port, on a real server. */
class PostgresStoreTest extends StoreContract {
    private final Map<Store, PgProxy> wires = new ConcurrentHashMap<>();
    /** Is dropped after the stores are closed. */
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    @Override
    public Store open() {
        PgProxy wire = new PgProxy(database.jdbcUrl());
        DataSource dataSource = TestNode.dataSource(wire.jdbcUrl());
        Store store =
                new PostgresStore(dataSource, dataSource, wire, TestNode.config(wire.jdbcUrl()), OpenTelemetry.noop());
        wires.put(store, wire);
        return store;
    }

    /** Its sockets close, as the sockets of a killed process do; it cannot open others. */
    @Override
    public void crash(Store store) {
        Objects.requireNonNull(wires.get(store)).refuse(true);
    }

    /** The former one lives, and finds out by what it has open; it cannot join again. */
    @Override
    public StoreNode takeOver(StoreNode former) {
        Jdbi jdbi = JdbiFactory.on(database.dataSource());
        UUID incarnation = jdbi.withHandle(
                handle -> handle.createQuery("select id from holdfast.incarnation order by ordinal desc limit 1")
                        .mapTo(UUID.class)
                        .one());
        Await.until("all its connections are there", () -> isConnected(jdbi, incarnation));
        Objects.requireNonNull(wires.get(former.store())).refuseNew();
        jdbi.useExtension(FenceSql.class, fence -> fence.fence(incarnation));
        return closedAfterTest(StoreNode.joining(open()));
    }

    private static boolean isConnected(Jdbi jdbi, UUID incarnation) {
        return jdbi.withExtension(FenceSql.class, fence -> fence.connections(incarnation))
                                .size()
                        == 3
                && jdbi.withExtension(NodeSql.class, sql -> sql.lastHeartbeat(incarnation))
                                .counter()
                        > 1;
    }
}

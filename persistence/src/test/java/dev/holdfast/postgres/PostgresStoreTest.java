package dev.holdfast.postgres;

import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.spi.Node;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoreContract;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The PostgreSQL store keeps the contract of the storage port, on a real server. */
class PostgresStoreTest extends StoreContract {
    private final Map<Store, PgProxy> wires = new ConcurrentHashMap<>();
    private final TestDatabase database = TestDatabase.create();

    @BeforeEach
    void migrate() {
        Migrations.migrate(database.dataSource());
    }

    /** After the stores are closed. */
    @RegisterExtension
    final AfterEachCallback drop = context -> database.close();

    @Override
    public Store open() {
        PgProxy wire = new PgProxy(database.jdbcUrl());
        DataSource dataSource = TestNode.dataSource(wire.jdbcUrl());
        Store store =
                new PostgresStore(dataSource, dataSource, wire, TestNode.config(wire.jdbcUrl()), WorkflowMailbox::new);
        wires.put(store, wire);
        return store;
    }

    /** Its sockets close, as the sockets of a killed process do; it cannot open others. */
    @Override
    public void crash(Store store) {
        Objects.requireNonNull(wires.get(store)).refuse(true);
    }

    @Override
    public Node takeOver(Node former) {
        UUID incarnation = Sql.on(database.dataSource())
                .withHandle(handle -> handle.createQuery("select incarnation from holdfast.node")
                        .mapTo(UUID.class)
                        .one());
        Sql.on(database.dataSource()).useExtension(FenceSql.class, fence -> fence.fence(incarnation));
        return closedAfterTest(Node.joining(open()));
    }
}

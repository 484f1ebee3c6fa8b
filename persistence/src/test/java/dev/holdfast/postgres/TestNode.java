package dev.holdfast.postgres;

import dev.holdfast.Holdfast;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.postgres.cluster.Balancer;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.time.Duration;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Nodes for tests: on a URL, with a short lease, and with parts that break a rule. */
public final class TestNode {
    public static final Duration LEASE = Duration.ofMillis(1_500);

    private static final Duration PATIENT_LEASE = Duration.ofSeconds(10);

    private TestNode() {}

    public static PostgresConfig config(String url) {
        return PostgresConfig.of(url).nodeName("test").lease(LEASE);
    }

    /** With a lease that a slow machine does not break. */
    public static Holdfast start(String url, UnaryOperator<Holdfast.Builder> with) {
        return with.apply(PostgresHoldfast.on(config(url).lease(PATIENT_LEASE))).start();
    }

    public static DataSource dataSource(String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        dataSource.setConnectTimeout(5);
        return dataSource;
    }

    /** Writers and heartbeat on {@code url}, reads on {@code readUrl}; the database is migrated already. */
    public static EngineBuilder builder(String url, String readUrl, PostgresStore.MailboxFactory mailboxes) {
        return EngineBuilder.on(telemetry -> new PostgresStore(
                dataSource(url), dataSource(readUrl), () -> {}, config(url), telemetry, mailboxes, Balancer::evenly));
    }
}

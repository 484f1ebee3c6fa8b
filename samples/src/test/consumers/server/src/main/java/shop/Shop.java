package shop;

import dev.holdfast.Holdfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.server.HoldfastServer;
import dev.holdfast.server.ServedMetrics;
import dev.holdfast.server.config.ServerConfig;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

public final class Shop implements AutoCloseable {
    private final OpenTelemetrySdk sdk;
    private final Holdfast holdfast;
    private final HoldfastServer server;

    Shop(DataSource dataSource, Bank bank, int port) {
        ServedMetrics metrics = new ServedMetrics();
        sdk = OpenTelemetrySdk.builder()
                .setMeterProvider(SdkMeterProvider.builder()
                        .registerMetricReader(metrics)
                        .build())
                .build();
        holdfast = PostgresHoldfast.on(dataSource)
                .telemetry(sdk)
                .register(Pay.DEFINITION, new Pay(bank))
                .start();
        server = HoldfastServer.on(holdfast).port(port).metrics(metrics).start();
    }

    Holdfast holdfast() {
        return holdfast;
    }

    HoldfastServer server() {
        return server;
    }

    /** In the reverse order of making. */
    @Override
    public void close() {
        server.close();
        holdfast.close();
        sdk.close();
    }

    /** For the network: with TLS, and API keys in the database. */
    static ServerConfig open(Path certificate, Path key) {
        return ServerConfig.builder()
                .host("0.0.0.0")
                .port(7070)
                .tls(certificate, key)
                .build();
    }

    public static void main(String[] arguments) throws InterruptedException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getenv("SHOP_DATABASE_URL"));
        Shop shop = new Shop(dataSource, (order, key) -> "paid " + order.cents(), 7070);
        Runtime.getRuntime().addShutdownHook(new Thread(shop::close));
        new CountDownLatch(1).await();
    }
}

package dev.holdfast.samples.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PoolSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.samples.SamplePack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/**
 * A node in a separate process, which tests kill. It reads commands from its standard input, one a line: an order of
 * {@link Orders}, {@code go} to open the gate of the test workflows, or {@code clock} to read the clock of the process.
 * It prints their results, and closes at the end of the input, which also comes when its parent dies.
 */
final class NodeMain {
    private final Orders orders;
    private final CountDownLatch gate;

    private NodeMain(Holdfast engine, CountDownLatch gate) {
        this.orders = new Orders(engine, NodeMain::say);
        this.gate = gate;
    }

    /** Arguments: JDBC URL, node name, lease and held-for in milliseconds. */
    public static void main(String[] arguments) throws IOException, SQLException {
        PostgresConfig config = config(
                arguments[0],
                arguments[1],
                Duration.ofMillis(Long.parseLong(arguments[2])),
                Duration.ofMillis(Long.parseLong(arguments[3])));
        Holdfast.Builder builder = PostgresHoldfast.on(config);
        try (HikariDataSource ledger = pool(arguments[0])) {
            SamplePack.register(builder, ledger, true);
            CountDownLatch gate = new CountDownLatch(1);
            builder.register(GapWorkflow.DEFINITION, new GapWorkflow(ledger, gate))
                    .register(HeldSaga.DEFINITION, new HeldSaga(ledger, gate))
                    .register(WaitingSaga.DEFINITION, new WaitingSaga(ledger, gate))
                    .register(LargeHistory.DEFINITION, new LargeHistory(gate));
            try (Holdfast engine = builder.start()) {
                say("started");
                new NodeMain(engine, gate).obey();
            }
        } catch (HoldfastException e) {
            say("refused " + e.getMessage());
        }
    }

    static PostgresConfig config(String url, String node, Duration lease, Duration heldFor) {
        PostgresConfig plain = PostgresConfig.of(url).nodeName(node).lease(lease);
        return with(plain, PoolSettings.defaults().max(), heldFor);
    }

    /** Starts a node with this lease and acceptance wait. */
    static PostgresConfig with(PostgresConfig plain, int poolMax, Duration heldFor) {
        return PostgresConfig.of(plain.database().orElseThrow().pool(0, poolMax))
                .nodeName(plain.nodeName())
                .lease(plain.lease())
                .heldFor(heldFor);
    }

    /** Limits the connections of the ledger: hundreds of concurrent bodies would exceed those of the server. */
    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    private void obey() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("go")) {
                gate.countDown();
                say("gone on");
            } else if (line.equals("clock")) {
                say("clock " + Instant.now());
            } else {
                String order = line;
                Thread.ofVirtual().start(() -> orders.submit(order));
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}

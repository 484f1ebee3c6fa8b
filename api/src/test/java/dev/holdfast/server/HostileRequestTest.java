package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Failure case 16, by chance: whatever comes in is refused before any write, or works; the rest never notices. */
class HostileRequestTest {
    private static final System.Logger LOG = System.getLogger(HostileRequestTest.class.getName());
    private static final int REQUESTS = 20_000;

    /** The database adds checks of its own, and is slower. */
    private static final int REQUESTS_WITH_A_DATABASE = 5_000;

    @Test
    void isRefusedBeforeAnyWriteOrWorks() throws InterruptedException {
        try (ServerFixture server = ServerFixture.start(settings(0))) {
            attack(server.server.port(), REQUESTS);
        }
    }

    @Test
    void isRefusedBeforeAnyWriteOrWorksOnPostgres() throws IOException, InterruptedException {
        TestWorkflows workflows = new TestWorkflows();
        try (TestDatabase database = TestDatabase.create();
                Node node = new Node(config(database), (builder, source, allowHalt) -> workflows.register(builder))) {
            node.start();
            attack(Integer.parseInt(node.url().replaceAll(".*:", "")), REQUESTS_WITH_A_DATABASE);
            workflows.gate.countDown();
        }
    }

    private static void attack(int port, int requests) throws InterruptedException {
        long seed =
                Long.getLong("holdfast.test.seed", ThreadLocalRandom.current().nextLong());
        LOG.log(Level.INFO, "{0} requests: -Dholdfast.test.seed={1}", requests, Long.toString(seed));
        try (HostileAttack attack = new HostileAttack(port)) {
            attack.run(seed, requests);

            assertThat(attack.findings()).as("findings of seed %s", seed).isEmpty();
            attack.assertThatItWentFar();
            attack.assertThatOnlyTheAcceptedIsThere();
            attack.assertThatTheRestGoesOn();
        }
    }

    private static NodeConfig config(TestDatabase database) throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new NodeConfig(
                    ServerConfig.of(new Settings(settings(socket.getLocalPort()))),
                    Optional.of(DatabaseSettings.of(database.jdbcUrl())),
                    Path.of(""),
                    Optional.of("attacked"),
                    Optional.empty(),
                    false,
                    false);
        }
    }

    private static Map<String, String> settings(int port) {
        return Map.of(
                "port",
                String.valueOf(port),
                "body-max-bytes",
                String.valueOf(HostileValues.BODY_MAX_BYTES),
                "wait-max",
                "1s");
    }
}

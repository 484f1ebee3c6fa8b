package dev.holdfast.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.server.Deadline;
import dev.holdfast.server.Node;
import dev.holdfast.server.NodeConfig;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.StoreConfig;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.TestWorkflows;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Failure case 16 with random requests: each is rejected before any write, or succeeds, and affects no other. */
class HostileRequestTest {
    private static final System.Logger LOG = System.getLogger(HostileRequestTest.class.getName());
    private static final int REQUESTS = 50_000;

    /** With PostgreSQL, which has checks of its own and is slower. */
    private static final int REQUESTS_WITH_A_DATABASE = 5_000;

    private static final int REQUESTS_WITH_KEYS = 20_000;
    private static final int REQUESTS_IN_AN_OUTAGE = 1_000;

    @Test
    void isRejectedBeforeAnyWriteOrWorks() throws InterruptedException {
        try (ServerFixture server = ServerFixture.start(settings(0))) {
            attack(server.server.port(), REQUESTS);
        }
    }

    @Test
    void isRejectedBeforeAnyWriteOrWorksOnPostgres() throws IOException, InterruptedException {
        TestWorkflows workflows = new TestWorkflows();
        try (TestDatabase database = TestDatabase.migrated();
                Node node = node(database.jdbcUrl(), workflows)) {
            node.start();
            attack(port(node), REQUESTS_WITH_A_DATABASE);
            workflows.gate.countDown();
        }
    }

    @Test
    void viewersChangeNothing() throws InterruptedException {
        try (ServerFixture server = ServerFixture.start(settings(0));
                TestClient admin = server.client(Role.ADMIN);
                HostileAttack attack = new HostileAttack(server.server.port(), admin, unprivileged(server), Set.of())) {
            List<String> known = attack.known();
            Everything before = everything(admin);
            run(attack, REQUESTS_WITH_KEYS, known);
            assertThat(attack.written()).isEmpty();
            assertThat(attack.statuses()).contains(200, 400, 401, 403, 404, 405);
            assertThat(everything(admin)).isEqualTo(before);
            attack.assertThatTheRestGoesOn();
        }
    }

    private static List<String> unprivileged(ServerFixture server) {
        String viewer = "Bearer " + server.makeKey(Role.VIEWER);
        String elsewhere = "Bearer " + server.makeKey(Role.OPERATOR, "elsewhere.");
        String changed = viewer.substring(0, viewer.length() - 2) + "00";
        return List.of(viewer, viewer, elsewhere, changed, viewer + " ", "Basic YTpi", "Bearer", "Bearer hf_0");
    }

    /** Except submissions that got 503 as unknown, and may be accepted later. */
    @Test
    void whileTheDatabaseIsAwayNothingIsWritten() throws IOException, InterruptedException {
        TestWorkflows workflows = new TestWorkflows();
        try (TestDatabase database = TestDatabase.migrated();
                PgProxy proxy = new PgProxy(database.jdbcUrl());
                Node node = node(proxy.jdbcUrl(), workflows);
                TestClient friend = new TestClient(node::url)) {
            node.start();
            HostileAttack attack = new HostileAttack(port(node), friend, List.of(), Set.of(503));
            List<String> known = attack.known();
            Everything before = everything(friend);
            proxy.refuse(true);
            Deadline.until(() -> friend.get("/health/ready").status(), status -> status == 503);
            run(attack, REQUESTS_IN_AN_OUTAGE, known);
            assertThat(attack.statuses()).contains(503).doesNotContain(202);
            proxy.refuse(false);
            Deadline.until(() -> friend.get("/health/ready").status(), status -> status == 200);
            Everything after = everything(friend);
            assertThat(after.others()).isEqualTo(before.others());
            assertThat(after.workflows()).containsAll(before.workflows());
            assertThat(after.workflows().size() - before.workflows().size()).isLessThanOrEqualTo(attack.unknown());
            attack.assertThatTheRestGoesOn();
            workflows.gate.countDown();
        }
    }

    private static void attack(int port, int requests) throws InterruptedException {
        try (HostileAttack attack = HostileAttack.byAnybody(port)) {
            run(attack, requests, attack.known());
            attack.assertThatItWentFar();
            attack.assertThatOnlyTheAcceptedIsThere();
            attack.assertThatTheRestGoesOn();
        }
    }

    private static void run(HostileAttack attack, int requests, List<String> known) throws InterruptedException {
        long seed =
                Long.getLong("holdfast.test.seed", ThreadLocalRandom.current().nextLong());
        LOG.log(Level.INFO, "{0} requests: -Dholdfast.test.seed={1}", requests, Long.toString(seed));
        attack.run(seed, requests, known);
        assertThat(attack.findings()).as("findings of seed %s", seed).isEmpty();
    }

    /** All data that reads return and do not change. */
    private record Everything(Set<String> workflows, String others) {}

    /** Waits until no workflow makes progress any more. */
    private static Everything everything(TestClient friend) {
        Deadline.until(
                () -> friend.get("/v1/workflows?limit=500&status=RUNNING,QUEUED")
                        .body(),
                body -> body.contains("test.waits") && !body.contains("test.order"));
        Set<String> workflows = new HashSet<>();
        friend.get("/v1/workflows?limit=500").json().path("items").forEach(item -> workflows.add(item.toString()));
        String others = friend.get("/v1/dead-letters").body()
                + friend.get("/v1/retention").body()
                + friend.get("/v1/api-keys").body().replaceAll("\"lastUsedAt\":[^,}]*", "");
        return new Everything(workflows, others);
    }

    private static Node node(String jdbcUrl, TestWorkflows workflows) throws IOException {
        return new Node(config(jdbcUrl), (builder, source, allowHalt) -> workflows.register(builder));
    }

    private static int port(Node node) {
        return Integer.parseInt(node.url().replaceAll(".*:", ""));
    }

    private static NodeConfig config(String jdbcUrl) throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return NodeConfig.named(
                    "attacked",
                    ServerConfig.of(new Settings(settings(socket.getLocalPort()))),
                    StoreConfig.postgres(DatabaseSettings.of(jdbcUrl)));
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

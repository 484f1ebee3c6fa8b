package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Signal;
import dev.holdfast.TypeToken;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Case 37: a signal is delivered though its transaction commits long after later signals were taken. */
@Timeout(120)
final class LateSignalTest {
    private static final Signal<Map<String, Object>> GO = new Signal<>("go", new TypeToken<>() {});
    private static final String LATE = "late";
    private static final List<String> OTHERS = List.of("other-1", "other-2", "other-3");
    private static final String SEND = """
            select holdfast.signal('late', 'go', '{"n":0}'::jsonb, 'sent-late')""";

    private static NodeProcess launch(Database database) {
        return NodeProcess.launch(database.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)
                .awaitStarted();
    }

    private static String order(String id) {
        return "id " + id + " probe.wait {\"signal\":\"go\",\"timeoutMillis\":600000}";
    }

    private static void awaitWaiting(Database database, int number) {
        Eventually.until(
                number + " wait",
                () -> database.number("select count(*) from holdfast.open_workflow where status = 'WAITING'")
                        == number);
    }

    /** Sends without a commit. */
    private static void sendLate(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SEND);
        }
    }

    private static void sendOthers(Database database, NodeProcess node, List<String> ids) {
        try (Holdfast gateway = PostgresHoldfast.on(
                        PostgresConfig.of(database.jdbcUrl()).nodeName("gateway"))
                .start()) {
            for (String id : ids) {
                gateway.signal(id, GO, Map.of("n", 1));
                assertThat(node.await("result " + id)).endsWith("{\"payload\":{\"n\":1}}");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSignalThatIsCommittedLateIsDelivered(boolean nodeDies) throws SQLException {
        try (Database database = Database.create();
                Connection sender = database.ledger().getConnection()) {
            NodeProcess node = launch(database);
            try {
                node.send(order(LATE));
                OTHERS.forEach(id -> node.send(order(id)));
                awaitWaiting(database, 1 + OTHERS.size());
                sendLate(sender);
                sendOthers(database, node, OTHERS.subList(0, 2));
                if (nodeDies) {
                    node.kill();
                }
                try (NodeProcess next = nodeDies ? launch(database) : node) {
                    next.send(order(LATE));
                    next.send(order(OTHERS.getLast()));
                    sendOthers(database, next, OTHERS.subList(2, 3));
                    assertThat(database.number("select count(*) from holdfast.open_workflow"))
                            .as("waits still")
                            .isEqualTo(1);
                    sender.commit();
                    assertThat(next.await("result " + LATE)).endsWith("{\"payload\":{\"n\":0}}");
                    new Invariants(database).requireAtRest();
                    assertThat(database.number("select count(*) from holdfast.log where event = 4"))
                            .as("taken")
                            .isEqualTo(1 + OTHERS.size());
                }
            } finally {
                node.close();
            }
        }
    }
}

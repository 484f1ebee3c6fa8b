package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.server.Node;
import dev.holdfast.server.NodeConfig;
import dev.holdfast.server.StoreConfig;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dead letter from the fault to the audit, by commands, on a whole node with a real PostgreSQL. */
@Timeout(120)
class DeadLetterNodeTest {
    private static final Definition<String, String> PAY = Definition.of("pay", 1, String.class, String.class);

    private final AtomicBoolean fixed = new AtomicBoolean();

    private void register(Holdfast.Builder builder) {
        Step charge = Step.named("charge").retry(RetryPolicy.never());
        builder.register(
                PAY,
                (ctx, card) -> ctx.step(charge, String.class, step -> {
                    if (!fixed.get()) {
                        throw new IllegalStateException("the bank is closed");
                    }
                    return "paid by " + card + ", attempt " + step.attempt();
                }));
    }

    private static CommandRun run(Node node, String... arguments) {
        return CommandRun.on(node.url(), arguments).assertStatus(0);
    }

    @Test
    void isListedShownRetriedAndAudited() throws Exception {
        try (EmbeddedServer database = EmbeddedServer.temporary()) {
            NodeConfig config = NodeConfig.named(
                    "first",
                    ServerConfig.of(new Settings(Map.of("port", "0"))),
                    StoreConfig.postgres(DatabaseSettings.of(database.jdbcUrl())));
            try (Node node = new Node(config, (builder, dataSource, allowHalt) -> register(builder))) {
                node.start();
                run(node, "submit", "pay", "\"tok\"", "--id", "pay-1", "--wait", "20");

                List<String> listed =
                        run(node, "dead-letters", "list", "--step", "charge").lines();
                assertThat(listed).hasSize(2);
                assertThat(listed.get(1)).contains("RETRIES_EXHAUSTED").contains("IllegalStateException: the bank is");
                assertThat(listed.get(1)).startsWith("pay-1 ");
                assertThat(run(node, "dead-letters", "show", "pay-1").lines()).contains("workflowId      pay-1");
                String letter = run(node, "dead-letters", "show", "pay-1", "--json")
                        .json()
                        .path("id")
                        .asString();

                fixed.set(true);
                CommandRun retried = run(node, "dead-letters", "retry", "pay-1", "--reason", "the bank is open");
                assertThat(retried.out()).isEqualTo("pay-1  QUEUED\n");
                assertThat(run(node, "result", "pay-1", "--wait", "20").out())
                        .isEqualTo("\"paid by tok, attempt 2\"\n");

                String request = "RETRY " + letter + " anonymous the bank is open ";
                assertThat(audit(database)).containsExactly(request + "- -", request + "APPLIED QUEUED");
                assertThat(run(node, "dead-letters", "list").lines()).hasSize(1);
                assertThat(run(node, "nodes").lines().get(1)).startsWith("first ");
            }
        }
    }

    /** The audit rows: the request, then its outcome. */
    private static List<String> audit(EmbeddedServer database) throws SQLException {
        String query = """
                select concat_ws(' ', action, target, actor, reason, coalesce(outcome, '-'), coalesce(status, '-'))
                from holdfast.audit order by decided""";
        List<String> rows = new ArrayList<>();
        try (var connection = DriverManager.getConnection(database.jdbcUrl());
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }
}

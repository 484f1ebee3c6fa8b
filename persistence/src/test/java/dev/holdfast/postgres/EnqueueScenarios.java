package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.postgres.node.NodeFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callers with transactions of their own, on a database with a node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EnqueueScenarios {
    static final Signal<String> NOTE = Signal.named("note", String.class);
    static final Duration WAIT = Duration.ofSeconds(20);

    @RegisterExtension
    final NodeFixture fixture = new NodeFixture();

    Connection begin() throws SQLException {
        Connection connection = fixture.database.dataSource().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    String submit(Connection connection, String input, Submission submission) {
        return Enqueue.in(fixture.engine(), connection).submit(NodeFixture.DEFINITION, input, submission);
    }

    String result(String id) {
        return fixture.engine().handle(NodeFixture.DEFINITION, id).result(WAIT);
    }

    void assertNeverSeen(String id) {
        assertThatThrownBy(() -> fixture.engine().handle(id)).isInstanceOf(UnknownWorkflowException.class);
    }

    static Submission newKey() {
        return Submission.key(UUID.randomUUID().toString());
    }

    static int pid(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long received(String id) {
        return fixture.engine().admin().history(id, PageRequest.first(50)).items().stream()
                .filter(item -> item.kind() == HistoryItem.Kind.SIGNAL)
                .count();
    }

    static String setting(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("show " + name)) {
            row.next();
            return row.getString(1);
        }
    }
}

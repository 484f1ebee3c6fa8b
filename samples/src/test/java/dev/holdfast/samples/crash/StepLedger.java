package dev.holdfast.samples.crash;

import dev.holdfast.StepScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Records each call of a body of a test workflow where the probes record theirs. Safe for all threads. */
record StepLedger(DataSource dataSource) {
    private static final String LEDGER = """
            insert into probe.ledger (workflow_id, step, position, idempotency_key, attempt, node)
            values (?, ?, ?, ?, ?, ?)""";

    /** Returns the name. */
    String append(StepScope step, String name) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(LEDGER)) {
            Object[] values = {
                step.workflowId(), name, step.position(), step.idempotencyKey(), step.attempt(), step.node()
            };
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
        return name;
    }
}

package dev.holdfast.samples.crash;

import dev.holdfast.Definition;
import dev.holdfast.StepScope;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * Two steps with a gap that lasts until the test opens the gate: long enough to flush the first outcome alone. Each run
 * of the first body returns a new value; the second body records the value that it received in {@code probe.seen}.
 */
final class GapWorkflow implements Workflow<Integer, String> {
    static final Definition<Integer, String> DEFINITION = Definition.of("test.gap", 1, Integer.class, String.class);

    private static final String CREATE = "create table if not exists probe.seen (idempotency_key text, value text)";
    private static final String LEDGER = """
            insert into probe.ledger (workflow_id, step, position, idempotency_key, attempt, node)
            values (?, ?, ?, ?, ?, ?)""";
    private static final String SEEN = "insert into probe.seen (idempotency_key, value) values (?, ?)";

    private final DataSource dataSource;
    private final CountDownLatch gate;

    GapWorkflow(DataSource dataSource, CountDownLatch gate) throws SQLException {
        this.dataSource = dataSource;
        this.gate = gate;
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
    }

    @Override
    public String run(WorkflowContext ctx, Integer input) throws InterruptedException {
        String first = ctx.step("first", String.class, step -> {
            ledger(step, "first");
            return UUID.randomUUID().toString();
        });
        gate.await();
        return ctx.step("second", String.class, step -> {
            insert(SEEN, step.idempotencyKey(), first);
            ledger(step, "second");
            return first;
        });
    }

    private void ledger(StepScope step, String name) throws SQLException {
        insert(LEDGER, step.workflowId(), name, step.position(), step.idempotencyKey(), step.attempt(), step.node());
    }

    private void insert(String sql, Object... values) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}

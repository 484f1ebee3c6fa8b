package dev.holdfast.samples.crash;

import dev.holdfast.Definition;
import dev.holdfast.StepScope;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/** A saga of three ledgered steps; the body of the second one lasts until the test opens the gate. */
final class HeldSaga implements Workflow<Integer, String> {
    static final Definition<Integer, String> DEFINITION = Definition.of("test.saga", 1, Integer.class, String.class);

    private static final String LEDGER = """
            insert into probe.ledger (workflow_id, step, position, idempotency_key, attempt, node)
            values (?, ?, ?, ?, ?, ?)""";

    private final DataSource dataSource;
    private final CountDownLatch gate;

    HeldSaga(DataSource dataSource, CountDownLatch gate) {
        this.dataSource = dataSource;
        this.gate = gate;
    }

    @Override
    public String run(WorkflowContext ctx, Integer input) {
        return ctx.saga(saga -> {
            saga.step(
                    "first", String.class, step -> ledger(step, "first"), (step, value) -> ledger(step, "undo-first"));
            saga.step(
                    "second",
                    String.class,
                    step -> {
                        ledger(step, "second");
                        gate.await();
                        return "second";
                    },
                    (step, value) -> ledger(step, "undo-second"));
            return ctx.step("third", String.class, step -> ledger(step, "third"));
        });
    }

    private String ledger(StepScope step, String name) throws SQLException {
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

package dev.holdfast.postgres.node;

import dev.holdfast.Holdfast;
import dev.holdfast.engine.ClosedNodeContract;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On PostgreSQL, with a pool that is closed too. */
class PostgresClosedNodeTest extends ClosedNodeContract {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    @Override
    protected Holdfast start(UnaryOperator<Holdfast.Builder> with) {
        return with.apply(
                        PostgresHoldfast.on(TestNode.config(database.jdbcUrl()).lease(Duration.ofSeconds(10))))
                .start();
    }
}

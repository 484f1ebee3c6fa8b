package dev.holdfast.postgres.node;

import dev.holdfast.Holdfast;
import dev.holdfast.engine.ClosedNodeContract;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On PostgreSQL, with a pool that is closed too. */
class PostgresClosedNodeTest extends ClosedNodeContract {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    @Override
    protected Holdfast start(UnaryOperator<Holdfast.Builder> with) {
        return TestNode.start(database.jdbcUrl(), with);
    }
}

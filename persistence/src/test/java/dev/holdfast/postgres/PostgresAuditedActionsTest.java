package dev.holdfast.postgres;

import dev.holdfast.Holdfast;
import dev.holdfast.engine.AuditedActionsContract;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On PostgreSQL. */
class PostgresAuditedActionsTest extends AuditedActionsContract {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    @Override
    protected Holdfast start(UnaryOperator<Holdfast.Builder> with) {
        return TestNode.start(database.jdbcUrl(), with);
    }
}

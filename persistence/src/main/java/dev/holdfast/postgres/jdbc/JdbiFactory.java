package dev.holdfast.postgres.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.postgresql.PGStatement;

/** Sets JDBI up for all statements of the store. Stateless. */
public final class JdbiFactory {
    private JdbiFactory() {}

    public static Jdbi on(DataSource dataSource) {
        return withPlugins(Jdbi.create(dataSource));
    }

    public static Jdbi on(Connection connection) {
        return withPlugins(Jdbi.create(connection));
    }

    private static Jdbi withPlugins(Jdbi jdbi) {
        jdbi.installPlugin(new SqlObjectPlugin()).installPlugin(new PostgresPlugin());
        jdbi.getConfig(SqlStatements.class).addCustomizer(new PlanEachTime());
        return jdbi;
    }

    /**
     * Plans each execution for its own parameters. A statement that the driver has prepared keeps its plan, even one
     * that was made when the tables were empty; statements of JDBI are off the hot path, so planning them is cheap
     * enough.
     */
    private static final class PlanEachTime implements StatementCustomizer {
        @Override
        public void beforeExecution(PreparedStatement statement, StatementContext context) throws SQLException {
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        }
    }
}

package dev.holdfast.postgres;

import java.sql.Connection;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/** Where JDBI is set up. */
final class Sql {
    private Sql() {}

    static Jdbi on(DataSource dataSource) {
        return withPlugins(Jdbi.create(dataSource));
    }

    static Jdbi on(Connection connection) {
        return withPlugins(Jdbi.create(connection));
    }

    private static Jdbi withPlugins(Jdbi jdbi) {
        return jdbi.installPlugin(new SqlObjectPlugin()).installPlugin(new PostgresPlugin());
    }
}

package dev.holdfast.postgres.schema;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.connect.Causes;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.extension.ExtensionCallback;

/**
 * Says why Flyway failed, in the words of the database, and what to do; Flyway itself says it in tables of many lines.
 * Used by {@link Migrations} and {@link MigrationRun}; stateless.
 */
final class MigrationFailure {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final int NAMES_MAX = 10;

    private MigrationFailure() {}

    static HoldfastException of(FlywayException e, DataSource dataSource) {
        Optional<SQLException> refused = refusal(e);
        String why = refused.map(Throwable::getMessage)
                .orElseGet(() -> String.valueOf(e.getMessage()))
                .strip();
        String firstLine = why.lines().findFirst().orElse("").replaceFirst("^(ERROR|FATAL): ", "");
        if (e.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
            return foreign(e, dataSource);
        }
        boolean noRight = refused.map(SQLException::getSQLState)
                .filter(INSUFFICIENT_PRIVILEGE::equals)
                .isPresent();
        return new HoldfastException(
                "the schema " + Migrations.SCHEMA + " could not be brought up to date: " + firstLine
                        + (noRight ? ". Hint: " + remedy(dataSource) : ""),
                e);
    }

    private static Optional<SQLException> refusal(Throwable e) {
        return Causes.of(e, SQLException.class).reduce((outer, inner) -> inner);
    }

    private static String remedy(DataSource dataSource) {
        MigrationSql.Session session = ask(dataSource, MigrationSql::session, new MigrationSql.Session("…", "…"));
        return "migrations need a role that owns the schema, or may create it: `grant create on database "
                + session.database() + " to " + session.role()
                + "`; or run `holdfast migrate` as another role, and start nodes with this one";
    }

    private static HoldfastException foreign(FlywayException e, DataSource dataSource) {
        List<String> tables = ask(dataSource, sql -> sql.tables(NAMES_MAX + 1), List.of());
        String names = tables.isEmpty()
                ? "objects"
                : "tables (" + String.join(", ", tables.subList(0, Math.min(tables.size(), NAMES_MAX)))
                        + (tables.size() > NAMES_MAX ? ", …" : "") + ")";
        return new HoldfastException(
                "the schema " + Migrations.SCHEMA + " of this database has " + names
                        + " that Holdfast has not made, so it was not touched. Hint: rename that schema, or use another"
                        + " database",
                e);
    }

    private static <T> T ask(
            DataSource dataSource, ExtensionCallback<T, MigrationSql, RuntimeException> question, T otherwise) {
        try {
            return JdbiFactory.on(dataSource).withExtension(MigrationSql.class, question);
        } catch (JdbiException e) {
            return otherwise; // the message is about another failure
        }
    }
}

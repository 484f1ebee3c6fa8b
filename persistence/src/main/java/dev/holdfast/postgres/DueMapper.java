package dev.holdfast.postgres;

import dev.holdfast.spi.Due;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@link WorkflowSql#due}. Stateless. */
public final class DueMapper implements RowMapper<Due> {
    @Override
    public Due map(ResultSet row, StatementContext context) throws SQLException {
        return new Due(Keys.of(row), Duration.of(row.getLong("in_micros"), ChronoUnit.MICROS));
    }
}

package dev.holdfast.postgres.read;

import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.DueWorkflow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@link WorkflowSql#due}. Stateless. */
public final class DueWorkflowMapper implements RowMapper<DueWorkflow> {
    @Override
    public DueWorkflow map(ResultSet row, StatementContext context) throws SQLException {
        return new DueWorkflow(WorkflowKeys.of(row), Duration.of(row.getLong("in_micros"), ChronoUnit.MICROS));
    }
}

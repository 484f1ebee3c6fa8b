package dev.holdfast.postgres.cluster;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.NodeSummary;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Maps a row of {@link NodeSql#nodes}. Stateless. */
public final class NodeSummaryMapper implements RowMapper<NodeSummary> {
    @Override
    public NodeSummary map(ResultSet row, StatementContext context) throws SQLException {
        return new NodeSummary(
                row.getString("name"),
                row.getString("version"),
                instant(row, "joined_at"),
                definitions(row),
                row.getInt("buckets"),
                row.getLong("epoch"),
                row.getInt("loaded"),
                row.getInt("waiting"),
                Duration.between(instant(row, "heartbeat_at"), instant(row, "read_at")));
    }

    private static List<DefinitionVersion> definitions(ResultSet row) throws SQLException {
        return Arrays.stream((String[]) row.getArray("definitions").getArray())
                .map(DefinitionVersion::parse)
                .sorted()
                .toList();
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}

package dev.holdfast.postgres.cluster;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.spi.Announcement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Maps a row of {@link NodeSql#announcements}. Stateless. */
public final class AnnouncementMapper implements RowMapper<Announcement> {
    @Override
    public Announcement map(ResultSet row, StatementContext context) throws SQLException {
        return new Announcement(DefinitionVersion.parse(row.getString("version")), row.getBoolean("living"));
    }
}

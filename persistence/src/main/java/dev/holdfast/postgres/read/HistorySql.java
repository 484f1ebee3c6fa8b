package dev.holdfast.postgres.read;

import dev.holdfast.postgres.log.LogRecordMapper;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.spi.HistoryEntry;
import dev.holdfast.spi.LogRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The statement that reads a page of a history. It costs what the page shows. */
public interface HistorySql {
    /** Events after this seq, in order. */
    @SqlQuery("select l.*, " + LogSql.LETTER_COLUMNS + """
            from holdfast.history(:bucket, :era, :uid, :after, :limit) as h
            cross join lateral (select cast(:bucket as integer) as bucket, h.*) as l
            """ + LogSql.LETTER + "order by l.seq")
    @RegisterRowMapper(Mapper.class)
    List<HistoryEntry> page(
            @Bind("bucket") int bucket,
            @Bind("era") int era,
            @Bind("uid") UUID uid,
            @Bind("after") int after,
            @Bind("limit") int limit);

    /** Reads an event with its outcome. Stateless. */
    final class Mapper implements RowMapper<HistoryEntry> {
        private final LogRecordMapper records = new LogRecordMapper();

        @Override
        public HistoryEntry map(ResultSet row, StatementContext context) throws SQLException {
            LogRecord record = records.map(row, context);
            OffsetDateTime outcomeAt = row.getObject("outcome_at", OffsetDateTime.class);
            return new HistoryEntry(
                    record.seq(),
                    record.at(),
                    Objects.requireNonNull(record.event()),
                    record.outcome(),
                    record.outcome() == null ? null : outcomeAt.toInstant(),
                    row.getBoolean("compensated"),
                    row.getBoolean("taken"),
                    row.getBoolean("over"),
                    row.getObject("read_at", OffsetDateTime.class).toInstant());
        }
    }
}

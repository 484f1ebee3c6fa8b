package dev.holdfast.postgres.read;

import dev.holdfast.admin.PublishedValue;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.FeedEntry;
import dev.holdfast.spi.FeedPosition;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.WorkflowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Reads what workflows have published, without their histories. Safe for all threads. */
public final class PublishedReader {
    private static final String LAST = "select * from holdfast.published(:bucket, :era, :uid)";
    private static final String FEED =
            "select * from holdfast.feed(:buckets, :eras, :uids, :afters, :bytesMax, :recordBytes)";

    private final Jdbi jdbi;

    public PublishedReader(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The last value of each name, by name. */
    public List<PublishedValue> last(WorkflowKey key) {
        return jdbi.withHandle(handle -> handle.createQuery(LAST)
                .bind("bucket", key.bucket())
                .bind("era", key.era())
                .bind("uid", key.uid())
                .map((row, context) -> value(row))
                .list());
    }

    /** The states of these workflows, and the values that they have published since, up to this size. */
    public List<FeedEntry> feed(Collection<FeedPosition> watched, long bytesMax) {
        List<WorkflowKey> keys = watched.stream().map(FeedPosition::key).toList();
        Integer[] afters = watched.stream().map(FeedPosition::after).toArray(Integer[]::new);
        Map<UUID, FeedEntry> entries = new LinkedHashMap<>();
        jdbi.useHandle(handle -> WorkflowKeys.bind(handle.createQuery(FEED), keys)
                .bind("afters", afters)
                .bind("bytesMax", bytesMax)
                .bind("recordBytes", LogRecord.FIXED_BYTES)
                .map((row, context) -> entry(row))
                .forEach(entry -> entries.merge(entry.key().uid(), entry, PublishedReader::joined)));
        return List.copyOf(entries.values());
    }

    private static FeedEntry entry(ResultSet row) throws SQLException {
        boolean hasValue = row.getObject("seq") != null;
        return new FeedEntry(
                WorkflowKeys.of(row),
                SummaryMapper.status(row),
                hasValue ? List.of(value(row)) : List.of(),
                row.getLong("values_left") == 0);
    }

    private static FeedEntry joined(FeedEntry first, FeedEntry next) {
        List<PublishedValue> values = new ArrayList<>(first.published());
        values.addAll(next.published());
        return new FeedEntry(first.key(), first.status(), values, next.isWhole());
    }

    private static PublishedValue value(ResultSet row) throws SQLException {
        return new PublishedValue(
                row.getString("name"),
                row.getBytes("value"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getInt("seq"));
    }
}

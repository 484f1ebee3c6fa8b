package dev.holdfast.postgres.jdbc;

import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.spi.WorkflowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** Workflow keys as parameters and columns: buckets, eras, uids. Stateless. */
public final class WorkflowKeys {
    /** Finds the era in which the rows of {@code k} lie: {@code home.era}. */
    public static final String HOME = " cross join lateral holdfast.home_of(k.bucket, k.era, k.uid) as home(era) ";

    /** Finds the row {@code w} of {@code k}. Each key has a lookup of its own, because a join may scan every era. */
    public static final String WORKFLOW = HOME + """
            cross join lateral (select w.* from holdfast.workflow w
                where w.bucket = k.bucket and w.uid = k.uid and w.era = home.era limit 1) w
            """;

    /** Above all others. */
    public static final UUID LAST = new UUID(-1, -1);

    /** Below all others. */
    private static final UUID FIRST = new UUID(0, 0);

    private WorkflowKeys() {}

    /** Binds {@code :buckets}, {@code :eras} and {@code :uids}. */
    public static Query bind(Query query, Collection<WorkflowKey> keys) {
        return query.bind("buckets", buckets(keys)).bind("eras", eras(keys)).bind("uids", uids(keys));
    }

    public static Integer[] buckets(Collection<WorkflowKey> keys) {
        return keys.stream().map(WorkflowKey::bucket).toArray(Integer[]::new);
    }

    public static Integer[] eras(Collection<WorkflowKey> keys) {
        return keys.stream().map(WorkflowKey::era).toArray(Integer[]::new);
    }

    public static UUID[] uids(Collection<WorkflowKey> keys) {
        return keys.stream().map(WorkflowKey::uid).toArray(UUID[]::new);
    }

    /** The uid below which the page of a cursor begins. Throws {@link InvalidOptionException}. */
    public static UUID below(Optional<String> cursor) {
        return cursor.map(WorkflowKeys::parse).orElse(LAST);
    }

    /** The uid after which the page of a cursor begins. Throws {@link InvalidOptionException}. */
    public static UUID after(Optional<String> cursor) {
        return cursor.map(WorkflowKeys::parse).orElse(FIRST);
    }

    private static UUID parse(String cursor) {
        try {
            return UUID.fromString(cursor);
        } catch (IllegalArgumentException e) {
            throw new InvalidOptionException(
                    "cursor", "\"" + cursor + "\" is no cursor: pass back \"next\" as it came");
        }
    }

    public static WorkflowKey of(ResultSet row) throws SQLException {
        return new WorkflowKey(row.getInt("bucket"), row.getInt("era"), row.getObject("uid", UUID.class));
    }
}

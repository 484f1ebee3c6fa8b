package dev.holdfast.postgres;

import dev.holdfast.InvalidInputException;
import dev.holdfast.spi.WorkflowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** Places of workflows as parameters and columns: buckets, eras, uids. */
final class Keys {
    private Keys() {}

    /** Binds {@code :buckets}, {@code :eras} and {@code :uids}. */
    static Query bind(Query query, Collection<WorkflowKey> keys) {
        return query.bind("buckets", keys.stream().map(WorkflowKey::bucket).toArray(Integer[]::new))
                .bind("eras", keys.stream().map(WorkflowKey::era).toArray(Integer[]::new))
                .bind("uids", keys.stream().map(WorkflowKey::uid).toArray(UUID[]::new));
    }

    /** The uid that a cursor names. Throws {@link InvalidInputException}. */
    static UUID cursor(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("cursor", "\"" + text + "\" is no cursor: pass back \"next\" as it came");
        }
    }

    static WorkflowKey of(ResultSet row) throws SQLException {
        return new WorkflowKey(row.getInt("bucket"), row.getInt("era"), row.getObject("uid", UUID.class));
    }
}

package dev.holdfast.postgres.cluster;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Maps the row of {@link NodeSql#beat}. Stateless. */
public final class ClusterViewMapper implements RowMapper<ClusterView> {
    @Override
    public ClusterView map(ResultSet row, StatementContext context) throws SQLException {
        return new ClusterView(
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("server"),
                living(row),
                free(row),
                own(row));
    }

    private static List<ClusterView.Peer> living(ResultSet row) throws SQLException {
        UUID[] ids = (UUID[]) elements(row, "ids");
        Integer[] numbers = (Integer[]) elements(row, "numbers");
        Long[] counters = (Long[]) elements(row, "counters");
        Boolean[] draining = (Boolean[]) elements(row, "draining");
        Boolean[] gateways = (Boolean[]) elements(row, "gateways");
        List<ClusterView.Peer> living = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length; i++) {
            living.add(new ClusterView.Peer(ids[i], numbers[i], counters[i], draining[i], gateways[i]));
        }
        return living;
    }

    private static List<ClusterView.Free> free(ResultSet row) throws SQLException {
        if (row.getArray("free_buckets") == null) {
            return List.of();
        }
        Integer[] buckets = (Integer[]) elements(row, "free_buckets");
        Long[] epochs = (Long[]) elements(row, "free_epochs");
        UUID[] formers = (UUID[]) elements(row, "free_formers");
        List<ClusterView.Free> free = new ArrayList<>(buckets.length);
        for (int i = 0; i < buckets.length; i++) {
            free.add(new ClusterView.Free(buckets[i], epochs[i], formers[i]));
        }
        return free;
    }

    private static List<BucketSql.Owned> own(ResultSet row) throws SQLException {
        if (row.getArray("own_buckets") == null) {
            return List.of();
        }
        Integer[] buckets = (Integer[]) elements(row, "own_buckets");
        Long[] epochs = (Long[]) elements(row, "own_epochs");
        List<BucketSql.Owned> own = new ArrayList<>(buckets.length);
        for (int i = 0; i < buckets.length; i++) {
            own.add(new BucketSql.Owned(buckets[i], epochs[i]));
        }
        return own;
    }

    private static Object elements(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array.getArray();
    }
}

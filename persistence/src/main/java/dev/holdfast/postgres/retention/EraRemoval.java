package dev.holdfast.postgres.retention;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the tables of an era in which nothing is kept any more. Detaching concurrently blocks no reader or writer of
 * the other eras. A session that still reads this era delays only the removal, which stops and continues later at the
 * same table. Called by {@link Retention}. One thread.
 */
final class EraRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(EraRemoval.class);
    /** In order of removal: first the table that lists the workflows. */
    private static final List<String> TABLES = List.of("workflow", "ended", "log");

    private static final int TIMEOUT_SECONDS = 1;
    private static final int FORGET_MAX_ROWS = 10_000;

    private final Jdbi jdbi;
    private final int buckets;

    EraRemoval(Jdbi jdbi, int buckets) {
        this.jdbi = jdbi;
        this.buckets = buckets;
    }

    /** Removes as much of the era as is possible now. */
    void advance(int era) {
        if (jdbi.withExtension(RetentionSql.class, sql -> sql.cleared(era)).size() < buckets) {
            return;
        }
        for (String table : TABLES) {
            if (!remove(table, table + "_" + era)) {
                return;
            }
        }
        int forgotten;
        do {
            forgotten = jdbi.withExtension(RetentionSql.class, sql -> sql.forget(era, FORGET_MAX_ROWS));
        } while (forgotten > 0);
        LOG.info("era {} is removed: none of its workflows is kept any more", era);
    }

    /** Removes one table; returns false if another session prevents it. */
    private boolean remove(String parent, String table) {
        while (true) {
            RetentionSql.Partition partition = jdbi.withExtension(RetentionSql.class, sql -> sql.partition(table))
                    .orElse(null);
            if (partition == null) {
                return true;
            }
            if (!execute(next(partition, parent, table))) {
                return false;
            }
        }
    }

    private static String next(RetentionSql.Partition partition, String parent, String table) {
        if (!partition.attached()) {
            return "drop table holdfast." + table;
        }
        String detach = "alter table holdfast." + parent + " detach partition holdfast." + table;
        return detach + (partition.pending() ? " finalize" : " concurrently");
    }

    /** Runs outside of a transaction, as DETACH CONCURRENTLY requires; false if another session prevents it. */
    private boolean execute(String ddl) {
        try (Handle handle = jdbi.open();
                Statement statement = handle.getConnection().createStatement()) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.execute(ddl);
            return true;
        } catch (SQLException e) {
            LOG.debug("an era is removed later: {}", ddl, e);
            return false;
        }
    }
}

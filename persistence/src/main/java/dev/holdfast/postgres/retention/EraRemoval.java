package dev.holdfast.postgres.retention;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the tables of an era away in which nothing is kept any more. Detaching concurrently lets readers and writers of
 * the other eras go on; whoever still reads this one delays nobody but the removal, which gives way and goes on later
 * from where it got to. One thread.
 */
final class EraRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(EraRemoval.class);
    /** First the one that says which workflows there are. */
    private static final List<String> TABLES = List.of("workflow", "ended", "log");

    private static final int PATIENCE_SECONDS = 1;
    private static final int FORGET_MAX = 10_000;

    private final Jdbi jdbi;
    private final int buckets;

    EraRemoval(Jdbi jdbi, int buckets) {
        this.jdbi = jdbi;
        this.buckets = buckets;
    }

    /** As far as it goes now. */
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
            forgotten = jdbi.withExtension(RetentionSql.class, sql -> sql.forget(era, FORGET_MAX));
        } while (forgotten > 0);
        LOG.info("era {} has gone: none of its workflows is kept any more", era);
    }

    /** Whether it is gone. */
    private boolean remove(String parent, String table) {
        while (true) {
            RetentionSql.Partition there = jdbi.withExtension(RetentionSql.class, sql -> sql.partition(table))
                    .orElse(null);
            if (there == null) {
                return true;
            }
            if (!execute(next(there, parent, table))) {
                return false;
            }
        }
    }

    private static String next(RetentionSql.Partition there, String parent, String table) {
        if (!there.attached()) {
            return "drop table holdfast." + table;
        }
        String detach = "alter table holdfast." + parent + " detach partition holdfast." + table;
        return detach + (there.pending() ? " finalize" : " concurrently");
    }

    /** Outside of a transaction, as detaching concurrently has to be; false when somebody was in the way. */
    private boolean execute(String ddl) {
        try (Handle handle = jdbi.open();
                Statement statement = handle.getConnection().createStatement()) {
            statement.setQueryTimeout(PATIENCE_SECONDS);
            statement.execute(ddl);
            return true;
        } catch (SQLException e) {
            LOG.debug("not now: {}", ddl, e);
            return false;
        }
    }
}

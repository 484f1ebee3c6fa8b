package dev.holdfast.postgres.retention;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the tables of an era in which nothing is kept any more. Detaching concurrently blocks no reader or writer of
 * the other eras. A session that still reads this era delays only the removal, which stops and continues later at the
 * same table. Called by {@link Retention}. One thread.
 */
final class EraRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(EraRemoval.class);
    private static final String WORKFLOWS = "workflow";
    /** In order of removal: first the table that lists the workflows, which decides. */
    private static final List<String> TABLES = List.of(WORKFLOWS, "ended", "log");

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
        boolean cleared =
                jdbi.withExtension(RetentionSql.class, sql -> sql.cleared(era)).size() == buckets;
        if (!cleared && !isOutOfSight(era)) {
            return;
        }
        for (String table : TABLES) {
            if (!remove(table, era)) {
                return;
            }
        }
        int forgotten;
        do {
            forgotten = jdbi.withExtension(RetentionSql.class, sql -> sql.forget(era, FORGET_MAX_ROWS));
        } while (forgotten > 0);
        LOG.info("era {} is removed: none of its workflows is kept any more", era);
    }

    /** Whether the workflows of an era are detached: they are dropped or attached again, whatever is cleared. */
    private boolean isOutOfSight(int era) {
        return jdbi.withExtension(RetentionSql.class, sql -> sql.partition(WORKFLOWS + "_" + era))
                .filter(partition -> !partition.attached() || partition.pending())
                .isPresent();
    }

    /** Removes one table; returns false if another session prevents it, or something in it is kept after all. */
    private boolean remove(String parent, int era) {
        String table = parent + "_" + era;
        while (true) {
            RetentionSql.Partition partition = jdbi.withExtension(RetentionSql.class, sql -> sql.partition(table))
                    .orElse(null);
            if (partition == null) {
                return true;
            }
            boolean advanced = partition.attached() ? detach(parent, era, partition.pending()) : drop(parent, era);
            if (!advanced) {
                return false;
            }
        }
    }

    /** Looks first, so that nobody misses a workflow for as long as another session prevents the detaching. */
    private boolean detach(String parent, int era, boolean pending) {
        if (!pending
                && parent.equals(WORKFLOWS)
                && jdbi.withExtension(RetentionSql.class, sql -> sql.recallLate(era)) > 0) {
            LOG.info("era {} is not removed yet: workflows came late that are kept", era);
            return false;
        }
        return execute("alter table holdfast." + parent + " detach partition holdfast." + parent + "_" + era
                + (pending ? " finalize" : " concurrently"));
    }

    private boolean drop(String parent, int era) {
        if (!parent.equals(WORKFLOWS)) {
            return execute("drop table holdfast." + parent + "_" + era);
        }
        try {
            return jdbi.withExtension(RetentionSql.class, sql -> sql.dropWorkflows(era));
        } catch (JdbiException e) {
            LOG.debug("an era is removed later", e);
            return false;
        }
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

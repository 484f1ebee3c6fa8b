package dev.holdfast.postgres.checkpoint;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * How often the workflow tables were read, by PostgreSQL's own counters: what really happened, whatever plan a session
 * has kept. Nobody else may use the database meanwhile.
 */
public final class TableReads {
    private static final String COUNTERS = """
            select coalesce(sum(t.seq_scan), 0)::bigint as scans,
                coalesce(sum(t.seq_tup_read + (select sum(i.idx_tup_read) from pg_catalog.pg_stat_user_indexes i
                    where i.relid = t.relid)), 0)::bigint as rows,
                coalesce(sum((select sum(i.idx_blks_read + i.idx_blks_hit) from pg_catalog.pg_statio_user_indexes i
                    where i.relid = t.relid)), 0)::bigint as blocks
            from pg_catalog.pg_stat_user_tables t
            where t.schemaname = 'holdfast'
                and t.relname ~ ('^(' || :tables || ')(_[0-9]+)?$')""";

    private static final String TABLES = "workflow|open_workflow|log|ended|submission|dead_letter|audit";

    /** How many sequential scans, rows (or entries of an index) that were returned, and blocks of indexes. */
    public record Read(long scans, long rows, long blocks) {}

    private final Jdbi observer;
    private final String tables;

    public TableReads(Jdbi observer) {
        this(observer, TABLES);
    }

    private TableReads(Jdbi observer, String tables) {
        this.observer = observer;
        this.tables = tables;
    }

    /** Also counts reads of holdfast.home, which must have rows: an empty table is best read whole. */
    public static TableReads withHomes(Jdbi observer) {
        return new TableReads(observer, TABLES + "|home");
    }

    /** Work on the session whose reads are counted. */
    public interface Work {
        void run() throws Exception;
    }

    /** What the work has read on the session. */
    public Read of(Handle session, Work work) throws Exception {
        publish(session);
        Read before = counters();
        work.run();
        publish(session);
        Read after = counters();
        return new Read(after.scans() - before.scans(), after.rows() - before.rows(), after.blocks() - before.blocks());
    }

    /** A session counts for itself and passes it on now and then, or when it is told to. */
    public static void publish(Handle session) {
        session.createQuery("select pg_catalog.pg_stat_force_next_flush()::text")
                .mapTo(String.class)
                .list();
    }

    private Read counters() {
        return observer.withHandle(handle -> handle.createQuery(COUNTERS)
                .bind("tables", tables)
                .map((row, context) -> new Read(row.getLong("scans"), row.getLong("rows"), row.getLong("blocks")))
                .one());
    }
}

package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.jdbc.WorkflowKeys;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Statements that find out whether a batch was committed. */
interface CommitSql {
    /** The ids of the stored records that have the places of the records of a batch. */
    @SqlQuery("""
            select l.record_id
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[], :seqs::integer[])
                as k(bucket, era, uid, seq)
            """ + WorkflowKeys.HOME + """
            cross join lateral (select l.record_id from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.seq = k.seq and l.era = home.era limit 1) l""")
    List<Long> records(
            @Bind("buckets") int[] buckets,
            @Bind("eras") int[] eras,
            @Bind("uids") UUID[] uids,
            @Bind("seqs") int[] seqs);

    /** The workflows among these that were accepted. */
    @SqlQuery("""
            select w.uid from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) as k(bucket, era, uid)
            join holdfast.workflow w on w.bucket = k.bucket and w.uid = k.uid and w.era = k.era""")
    List<UUID> accepted(@Bind("buckets") int[] buckets, @Bind("eras") int[] eras, @Bind("uids") UUID[] uids);
}

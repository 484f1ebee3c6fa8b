package dev.holdfast.postgres.read;

import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Reads summaries of workflows, a page in one statement. Safe for all threads. */
public final class SummaryReader {
    private static final String SQL = "select * from holdfast.summaries(:buckets, :eras, :uids)";

    private final Jdbi jdbi;
    private final SummaryMapper mapper;

    public SummaryReader(Jdbi jdbi, WorkflowIds ids) {
        this.jdbi = jdbi;
        this.mapper = new SummaryMapper(ids);
    }

    /** Returns summaries in the order of the keys, without workflows that were deleted. */
    public List<WorkflowSummary> of(Collection<WorkflowKey> keys) {
        return keys.isEmpty()
                ? List.of()
                : jdbi.withHandle(handle -> WorkflowKeys.bind(handle.createQuery(SQL), keys)
                        .map(mapper)
                        .list());
    }
}

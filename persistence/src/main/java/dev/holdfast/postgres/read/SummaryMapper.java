package dev.holdfast.postgres.read;

import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.admin.WorkflowSummary.Waiting;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@link SummaryReader}; if log and open row differ, the log decides. Stateless. */
final class SummaryMapper implements RowMapper<WorkflowSummary> {
    /** In these it does not wait, and the log says so before the open row does. */
    private static final Set<WorkflowStatus> STOPPED = Set.of(WorkflowStatus.DEAD_LETTERED, WorkflowStatus.PAUSED);

    private final WorkflowIds ids;

    SummaryMapper(WorkflowIds ids) {
        this.ids = ids;
    }

    @Override
    public WorkflowSummary map(ResultSet row, StatementContext context) throws SQLException {
        WorkflowStatus status = status(row);
        WorkflowKey key = WorkflowKeys.of(row);
        Instant created = WorkflowIds.acceptedAt(key.uid());
        Optional<Instant> last = instant(row, "last_at");
        String own = row.getString("id");
        String branch = row.getString("parent_branch");
        int call = row.getInt("parent_position");
        return new WorkflowSummary(
                own == null ? ids.format(key) : own,
                row.getString("definition"),
                row.getInt("version"),
                status,
                DatabaseJson.readLabels(row.getString("labels")),
                created,
                instant(row, "started_at"),
                last.orElse(created),
                status.isFinal() ? last : Optional.empty(),
                status.isFinal() ? Optional.empty() : Optional.ofNullable(row.getString("owner")),
                row.getInt("attempt"),
                status.isFinal() || STOPPED.contains(status) ? List.of() : waits(row),
                error(row, status),
                status == WorkflowStatus.DEAD_LETTERED
                        ? Optional.of(new DeadLetterId(key, row.getInt("letter_seq")).format(ids::format))
                        : Optional.empty(),
                instant(row, "deadline"),
                starter(row, "parent_uid")
                        .map(id -> new WorkflowSummary.Parent(
                                id, Objects.requireNonNullElse(branch, Position.MAIN), call)),
                starter(row, "started_by"),
                row.getBoolean("has_children"));
    }

    /** The status by {@code log_status} and {@code open_status}. */
    static WorkflowStatus status(ResultSet row) throws SQLException {
        String logged = row.getString("log_status");
        WorkflowStatus last = logged == null ? null : WorkflowStatus.valueOf(logged);
        if (last != null && (last.isFinal() || STOPPED.contains(last))) {
            return last;
        }
        String open = row.getString("open_status");
        return open == null ? WorkflowStatus.COMPLETED : WorkflowStatus.valueOf(open);
    }

    /** The waits of an unloaded workflow; without a due time they last until an event wakes the workflow. */
    private static List<Waiting> waits(ResultSet row) throws SQLException {
        Array waits = row.getArray("waits");
        return waits == null ? List.of() : Wait.shown(List.of((String[]) waits.getArray()), instant(row, "due"));
    }

    /** The id of the workflow that started it, if that is in this column. */
    private Optional<String> starter(ResultSet row, String column) throws SQLException {
        UUID uid = row.getObject(column, UUID.class);
        if (uid == null) {
            return Optional.empty();
        }
        String own = row.getString("parent_id");
        WorkflowKey key = new WorkflowKey(row.getInt("parent_bucket"), row.getInt("parent_era"), uid);
        return Optional.of(own == null ? ids.format(key) : own);
    }

    private static Optional<Failure> error(ResultSet row, WorkflowStatus status) throws SQLException {
        byte[] end = row.getBytes("failure");
        byte[] failed = row.getBytes("failed_attempt");
        if (status == WorkflowStatus.FAILED && end != null) {
            return Optional.of(DatabaseJson.readFailure(end));
        }
        if (status == WorkflowStatus.DEAD_LETTERED && row.getString("error_class") != null) {
            return Optional.of(new Failure(row.getString("error_class"), row.getString("error_message")));
        }
        return Optional.ofNullable(failed).map(DatabaseJson::readFailure);
    }

    /** Empty also for {@code infinity}. */
    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .filter(time -> !time.equals(OffsetDateTime.MAX))
                .map(OffsetDateTime::toInstant);
    }
}

package dev.holdfast.postgres.read;

import dev.holdfast.admin.OpenIntent;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.WorkflowIds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Lists intents without an outcome, those of the oldest workflows first. A page looks at the ends of as many logs as it
 * may have items, and at 10,000 open workflows at most: its cursor continues the search. Safe for all threads.
 */
public final class OpenIntentReader {
    private static final int LOOKS_MAX = 10_000;
    private static final String PAGE = "select * from holdfast.open_intents(:after, :wanted, :looks)";

    private final Jdbi jdbi;
    private final WorkflowIds ids;

    public OpenIntentReader(Jdbi jdbi, WorkflowIds ids) {
        this.jdbi = jdbi;
        this.ids = ids;
    }

    /** A row of the search; the one without an intent says how far it looked. */
    private record Found(Optional<OpenIntent> intent, UUID uid) {}

    public Page<OpenIntent> page(PageRequest page) {
        List<Found> found = jdbi.withHandle(handle -> handle.createQuery(PAGE)
                .bind("after", WorkflowKeys.after(page.cursor()))
                .bind("wanted", page.limit())
                .bind("looks", LOOKS_MAX)
                .map((row, context) -> found(row))
                .list());
        return new Page<>(
                found.stream().map(Found::intent).flatMap(Optional::stream).toList(),
                found.stream()
                        .filter(row -> row.intent().isEmpty())
                        .findFirst()
                        .map(row -> row.uid().toString()));
    }

    private Found found(ResultSet row) throws SQLException {
        UUID uid = row.getObject("uid", UUID.class);
        return new Found(row.getObject("bucket") == null ? Optional.empty() : Optional.of(intent(row)), uid);
    }

    private OpenIntent intent(ResultSet row) throws SQLException {
        String id = row.getString("id");
        String branch = row.getString("event_branch");
        return new OpenIntent(
                id == null ? ids.format(WorkflowKeys.of(row)) : id,
                row.getString("definition"),
                row.getInt("version"),
                row.getString("name"),
                row.getInt("event_position"),
                branch == null ? "" : branch,
                row.getInt("event_attempt"),
                row.getString("idempotency_key"),
                row.getObject("at", OffsetDateTime.class).toInstant());
    }
}

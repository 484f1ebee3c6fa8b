package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each workflow is listed once and in its place, in whichever era its rows lie. */
@Timeout(60)
class ListErasTest {
    private static final int OF_AN_ERA = 20;
    private static final int ERAS = 3;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final Installation installation = Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
    /** The newest first. */
    private final List<WorkflowKey> accepted = new ArrayList<>();
    /** Of all of them; it was deleted. */
    private WorkflowKey parent;

    @BeforeEach
    void fill() {
        installation.addEras(jdbi, installation.initialisedAt());
        parent = installation.ids().generate(5, 1, installation.initialisedAt());
        for (int era = ERAS; era >= 1; era--) {
            Instant end = begin(era + 1);
            for (int number = 0; number < OF_AN_ERA; number++) {
                Instant at = end.minus(installation.era().multipliedBy(number).dividedBy(OF_AN_ERA));
                accept(installation.ids().generate(number % 3, era, number == 0 ? lastOf(end) : at));
            }
        }
    }

    private Instant begin(int era) {
        return installation.initialisedAt().plus(installation.era().multipliedBy(era - 1));
    }

    /** Its uid is rounded up, to the first time of the next era. */
    private static Instant lastOf(Instant end) {
        return end.minusNanos(1);
    }

    private void accept(WorkflowKey key) {
        accepted.add(key);
        run(
                "insert into holdfast.workflow (bucket, era, version, uid, definition, input, parent_uid)"
                        + " values (%1$d, %2$d, 1, '%3$s', 'w', '1', '" + parent.uid() + "')",
                key);
        run(
                "insert into holdfast.ended (at, bucket, era, uid, status)"
                        + " values (now(), %1$d, %2$d, '%3$s', 'FAILED')",
                key);
        run("""
                insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt,
                    outcome_state, event_position, event_attempt, format, event, detail, uid)
                values (1, now(), %1$d, %2$d, 1, 1, -1, 0, 0, -1, 0, 1, 31, '{"class":"c","message":"m"}', '%3$s')
                """, key);
    }

    private void run(String sql, WorkflowKey key) {
        jdbi.useHandle(handle -> handle.execute(sql.formatted(key.bucket(), key.era(), key.uid())));
    }

    private void rehome(WorkflowKey key, int era) {
        jdbi.useHandle(handle ->
                handle.execute("select holdfast.rehome(?, ?, ?, ?, 0, 100)", key.bucket(), key.era(), key.uid(), era));
    }

    private List<UUID> listed(WorkflowListing listing, WorkflowFilter filter) {
        List<UUID> found = new ArrayList<>();
        Page<WorkflowSummary> page = listing.page(filter);
        add(page, found);
        while (page.next().isPresent()) {
            page = listing.page(filter.from(page.next().orElseThrow()));
            add(page, found);
        }
        return found;
    }

    private void add(Page<WorkflowSummary> page, List<UUID> found) {
        page.items()
                .forEach(item -> found.add(
                        installation.ids().parse(item.id()).orElseThrow().uid()));
    }

    /** In one session, which plans its statements once. */
    private void requireAll() throws SQLException {
        List<UUID> all = accepted.stream().map(WorkflowKey::uid).toList();
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            WorkflowListing listing =
                    new WorkflowListing(session, new SummaryReader(session, installation.ids()), installation);
            for (int limit : List.of(7, 500)) {
                WorkflowFilter newest = WorkflowFilter.newest(limit);
                assertThat(listed(listing, newest)).as("%d a page", limit).isEqualTo(all);
                assertThat(listed(listing, newest.statuses(WorkflowStatus.FAILED)))
                        .as("failed, %d a page", limit)
                        .isEqualTo(all);
                assertThat(listed(listing, newest.parent(installation.ids().format(parent))))
                        .as("children, %d a page", limit)
                        .isEqualTo(all);
            }
        }
    }

    @Test
    void inTheOrderOfTheirAcceptance() throws Exception {
        requireAll();
    }

    @Test
    void whatWasCopiedToALaterEraStaysInItsPlace() throws Exception {
        accepted.stream().filter(key -> key.era() == 1).skip(OF_AN_ERA / 2).forEach(key -> rehome(key, 2));
        requireAll();
        accepted.stream().filter(key -> key.era() <= 2).skip(OF_AN_ERA / 2).forEach(key -> rehome(key, ERAS));
        requireAll();
    }
}

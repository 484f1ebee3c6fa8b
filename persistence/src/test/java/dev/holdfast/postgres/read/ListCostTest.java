package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A page of a list costs what it shows, or what a search may look at, however many workflows there are. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListCostTest {
    private static final int OF_AN_ERA = 20_000;
    /** A look at a workflow reads four tables by an index; some workflows are looked at twice. */
    private static final long ROWS_OF_A_SEARCH_MAX = 100_000;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final Installation installation = Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
    private final WorkflowKey parent = newKey();
    private final WorkflowKey large = newKey();

    private WorkflowKey newKey() {
        return installation.ids().generate(9, 1, installation.initialisedAt());
    }

    /**
     * Ended workflows in two eras, a tenth of them in one bucket, and as many that sleep; every thousandth is rare. Two
     * parents have a hundredth and half of all as children.
     */
    @BeforeAll
    void fill() {
        Instant first = installation.initialisedAt();
        installation.addEras(jdbi, first);
        for (int era = 1; era <= 2; era++) {
            Instant begin = first.plus(installation.era().multipliedBy(era - 1));
            int number = era;
            jdbi.useHandle(handle -> handle.createUpdate("""
                    insert into holdfast.workflow (bucket, era, version, uid, definition, labels, input, parent_uid)
                    select case when n % 10 = 0 then 7 else n % 256 end, :era, 1, (lpad(to_hex(:millis + n), 12, '0')
                            || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
                        case when n % 1000 = 0 then 'rare' else 'common' end, '{"tenant": "acme"}', '1',
                        case when n % 100 = 1 then cast(:parent as uuid) when n % 2 = 0 then cast(:large as uuid) end
                    from generate_series(1, :count) n""")
                    .bind("era", number)
                    .bind("parent", parent.uid())
                    .bind("large", large.uid())
                    .bind("millis", begin.toEpochMilli())
                    .bind("count", OF_AN_ERA)
                    .execute());
        }
        jdbi.useHandle(handle -> {
            handle.execute("""
                    insert into holdfast.open_workflow (due, bucket, era, uid, status, waits)
                    select now() + interval '1 day', w.bucket, w.era, w.uid, 'WAITING',
                        array[case when w.uid::text like '%7' then 'signal:' || right(w.uid::text, 2)
                            when w.uid::text like '%1' then 'child:ship' else 'timer:' end]
                            || case when w.uid::text like '%1' then array['child:'] end
                    from holdfast.workflow w where w.era = 2 and w.definition = 'common'""");
            handle.execute("""
                    insert into holdfast.ended (at, bucket, era, uid, status)
                    select now(), w.bucket, w.era, w.uid, 'CANCELLED'
                    from holdfast.workflow w where w.era = 1 and w.definition = 'common'""");
            handle.execute("""
                    insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt,
                        outcome_state, event_position, event_attempt, format, event, uid)
                    select 1, now(), e.bucket, e.era, 1, 1, -1, 0, 0, -1, 0, 1, 32, e.uid
                    from holdfast.ended e order by e.uid desc limit 1000""");
            handle.execute("analyze");
            TableReads.publish(handle);
        });
    }

    static Stream<WorkflowFilter> searches() {
        WorkflowFilter all = WorkflowFilter.newest(50);
        return Stream.of(
                all.type("nobody's"),
                all.label("tenant", "nobody"),
                all.statuses(WorkflowStatus.COMPLETED).type("common"),
                all.statuses(WorkflowStatus.FAILED),
                all.statuses(WorkflowStatus.COMPENSATING),
                all.statuses(WorkflowStatus.WAITING).label("tenant", "nobody"));
    }

    @Test
    void aSearchAmongChildrenEndsSomewhereAndGoesOn() throws Exception {
        String id = installation.ids().format(large);
        aSearchWithoutAMatchEndsSomewhereAndGoesOn(
                WorkflowFilter.newest(50).parent(id).label("tenant", "nobody"));
    }

    @ParameterizedTest
    @MethodSource("searches")
    void aSearchWithoutAMatchEndsSomewhereAndGoesOn(WorkflowFilter filter) throws Exception {
        int pages = 1;
        Page<WorkflowSummary> page = cheap(filter, ROWS_OF_A_SEARCH_MAX);
        while (page.next().isPresent()) {
            assertThat(page.items()).isEmpty();
            page = cheap(filter.from(page.next().orElseThrow()), ROWS_OF_A_SEARCH_MAX);
            pages++;
        }
        assertThat(pages).isBetween(2, 20);
    }

    @Test
    void aPageReadsLittleMoreThanItShows() throws Exception {
        for (WorkflowFilter filter : List.of(
                WorkflowFilter.newest(50),
                WorkflowFilter.newest(50).statuses(WorkflowStatus.WAITING),
                WorkflowFilter.newest(50).statuses(WorkflowStatus.CANCELLED))) {
            Page<WorkflowSummary> page = cheap(filter, 3_000);
            assertThat(page.items()).hasSize(50);
            assertThat(cheap(filter.from(page.next().orElseThrow()), 3_000).items())
                    .hasSize(50);
        }
    }

    /** A kind is one sixteenth; a name a sixteenth of that; of the last ones there is none. */
    @Test
    void aWaitIsFoundWithoutASearch() throws Exception {
        for (String wait : List.of("timer", "signal", "signal:37")) {
            WorkflowFilter filter = WorkflowFilter.newest(30).waitingFor(wait);
            Page<WorkflowSummary> page = cheap(filter, 2_000);
            assertThat(page.items()).hasSize(30);
            assertThat(cheap(filter.from(page.next().orElseThrow()), 2_000).items())
                    .hasSize(30);
        }
        for (String wait : List.of("signal:38", "timer:x", "version", "retry:charge")) {
            Page<WorkflowSummary> page = cheap(WorkflowFilter.newest(30).waitingFor(wait), 100);
            assertThat(page.items()).isEmpty();
            assertThat(page.next()).isEmpty();
        }
    }

    @Test
    void childrenAreFoundWithoutASearch() throws Exception {
        WorkflowFilter children =
                WorkflowFilter.newest(30).parent(installation.ids().format(parent));
        List<WorkflowSummary> found = new ArrayList<>();
        Page<WorkflowSummary> page = cheap(children, 2_000);
        found.addAll(page.items());
        while (page.next().isPresent()) {
            page = cheap(children.from(page.next().orElseThrow()), 2_000);
            found.addAll(page.items());
        }
        assertThat(found)
                .extracting(WorkflowSummary::id)
                .doesNotHaveDuplicates()
                .hasSize(2 * OF_AN_ERA / 100);
        String childless = installation.ids().format(newKey());
        assertThat(cheap(WorkflowFilter.newest(30).parent(childless), 100).items())
                .isEmpty();
    }

    /** There are over ten thousand workflows with several waits, and none of them is the one that is sought. */
    @Test
    void aSearchAmongManyWaitsEndsSomewhereAndGoesOn() throws Exception {
        jdbi.useHandle(handle -> handle.execute("""
                update holdfast.open_workflow set waits = array['signal:first', 'timer:']
                where waits[1] = 'timer:'"""));
        try {
            WorkflowFilter none = WorkflowFilter.newest(30).waitingFor("signal:other");
            int pages = 1;
            Page<WorkflowSummary> page = cheap(none, ROWS_OF_A_SEARCH_MAX);
            while (page.next().isPresent()) {
                assertThat(page.items()).isEmpty();
                page = cheap(none.from(page.next().orElseThrow()), ROWS_OF_A_SEARCH_MAX);
                pages++;
            }
            assertThat(pages).isBetween(2, 4);
            assertThat(cheap(WorkflowFilter.newest(30).waitingFor("timer"), 3_000)
                            .items())
                    .hasSize(30);
        } finally {
            jdbi.useHandle(handle -> handle.execute("""
                    update holdfast.open_workflow set waits = array['timer:'] where waits[1] = 'signal:first'"""));
        }
    }

    @Test
    void whatIsRareIsFoundOnceAndInOrder() {
        WorkflowFilter filter = WorkflowFilter.newest(7).type("rare");
        List<WorkflowSummary> found = new ArrayList<>();
        Page<WorkflowSummary> page = listing(jdbi).page(filter);
        found.addAll(page.items());
        while (page.next().isPresent()) {
            page = listing(jdbi).page(filter.from(page.next().orElseThrow()));
            found.addAll(page.items());
        }
        assertThat(found)
                .extracting(WorkflowSummary::id)
                .doesNotHaveDuplicates()
                .hasSize(2 * OF_AN_ERA / 1_000);
        assertThat(found)
                .extracting(WorkflowSummary::createdAt)
                .isSortedAccordingTo((one, other) -> other.compareTo(one));
    }

    private WorkflowListing listing(Jdbi session) {
        return new WorkflowListing(session, new SummaryReader(session, installation.ids()), installation);
    }

    private Page<WorkflowSummary> cheap(WorkflowFilter filter, long rowsMost) throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            WorkflowListing listing = listing(session);
            Page<WorkflowSummary> page = listing.page(filter); // catalogs are read at the first time
            TableReads.Read read = session.withHandle(handle -> new TableReads(jdbi)
                    .of(handle, () -> assertThat(listing.page(filter)).isEqualTo(page)));
            assertThat(read.scans()).as("sequential scans for %s", filter).isZero();
            assertThat(read.rows()).as("rows read for %s", filter).isLessThanOrEqualTo(rowsMost);
            return page;
        }
    }
}

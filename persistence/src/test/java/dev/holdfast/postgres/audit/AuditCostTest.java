package dev.holdfast.postgres.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.Page;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A page of the audit log costs what it shows, or what a search may look at, however long the log is. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditCostTest {
    private static final int ROWS = 35_000;
    /** A search looks at 10,000 rows, twice if it finds too few. */
    private static final long ROWS_OF_A_SEARCH_MAX = 20_500;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    /** Many rows have the same time, because a transaction may write many. */
    @BeforeAll
    void fill() {
        jdbi.useHandle(handle -> {
            handle.execute("""
                    insert into holdfast.audit (id, decided, at, action, target, actor, reason)
                    select gen_random_uuid(), false, now() + n / 100 * interval '1 second', 'CANCEL', 't' || n,
                        case when n % 5000 = 0 then 'rare' else 'common' end, 'r'
                    from generate_series(1, ?) n""", ROWS);
            handle.execute("analyze");
            TableReads.publish(handle);
        });
    }

    @Test
    void aSearchWithoutAMatchEndsSomewhereAndGoesOn() throws Exception {
        for (AuditFilter filter : List.of(
                AuditFilter.newest(50).actor("nobody"), AuditFilter.newest(50).action("ERASE"))) {
            int pages = 1;
            Page<AuditEntry> page = cheap(filter, ROWS_OF_A_SEARCH_MAX);
            while (page.next().isPresent()) {
                assertThat(page.items()).isEmpty();
                page = cheap(filter.from(page.next().orElseThrow()), ROWS_OF_A_SEARCH_MAX);
                pages++;
            }
            assertThat(pages).isEqualTo(4);
        }
    }

    @Test
    void whatIsRareIsFoundOnceAndInOrder() throws Exception {
        AuditFilter filter = AuditFilter.newest(2).actor("rare");
        List<AuditEntry> found = new ArrayList<>();
        Page<AuditEntry> page = cheap(filter, ROWS_OF_A_SEARCH_MAX);
        found.addAll(page.items());
        while (page.next().isPresent()) {
            page = cheap(filter.from(page.next().orElseThrow()), ROWS_OF_A_SEARCH_MAX);
            found.addAll(page.items());
        }
        assertThat(found)
                .extracting(AuditEntry::target)
                .containsExactly("t35000", "t30000", "t25000", "t20000", "t15000", "t10000", "t5000");
    }

    @Test
    void aPageReadsLittleMoreThanItShows() throws Exception {
        for (AuditFilter filter : List.of(
                AuditFilter.newest(50),
                AuditFilter.newest(50).actor("common"),
                AuditFilter.newest(50).action("CANCEL"))) {
            Page<AuditEntry> page = cheap(filter, 500);
            assertThat(page.items()).hasSize(50);
            assertThat(cheap(filter.from(page.next().orElseThrow()), 500).items())
                    .hasSize(50);
        }
        assertThat(cheap(AuditFilter.newest(50).target("t7"), 10).items()).hasSize(1);
    }

    private Page<AuditEntry> cheap(AuditFilter filter, long rowsMost) throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            AuditTrail trail = new AuditTrail(session);
            Page<AuditEntry> page = trail.page(filter); // catalogs are read at the first time
            TableReads.Read read = session.withHandle(handle -> new TableReads(jdbi)
                    .of(handle, () -> assertThat(trail.page(filter)).isEqualTo(page)));
            assertThat(read.scans()).as("sequential scans for %s", filter).isZero();
            assertThat(read.rows()).as("rows read for %s", filter).isLessThanOrEqualTo(rowsMost);
            return page;
        }
    }
}

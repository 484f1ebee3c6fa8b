package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.OpenIntent;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.postgres.schema.SettingsSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which steps were begun and have no outcome, by rows made by hand. */
@Timeout(60)
class OpenIntentReaderTest {
    private static final int INTENT = 1;
    private static final int NONE = 0;
    private static final int SUCCEEDED = 1;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final Installation installation = Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
    private final OpenIntentReader reader = new OpenIntentReader(jdbi, installation.ids());

    OpenIntentReaderTest() {
        installation.addEras(jdbi, jdbi.withExtension(SettingsSql.class, SettingsSql::now));
    }

    private static String uid(int number) {
        return "01900000-0000-7000-8000-%012d".formatted(number);
    }

    private void open(int number, String status, String due) {
        jdbi.useHandle(handle -> {
            handle.execute(
                    "insert into holdfast.workflow (bucket, era, version, uid, definition, id, input)"
                            + " values (1, 1, 2, cast(? as uuid), 'pay', 'pay-' || ?, '')",
                    uid(number),
                    number);
            handle.execute(
                    "insert into holdfast.open_workflow (due, bucket, era, uid, status) values (" + due
                            + ", 1, 1, cast(? as uuid), ?)",
                    uid(number),
                    status);
        });
    }

    private void running(int number) {
        open(number, "RUNNING", "null");
    }

    /** A record with an outcome of the step before, or none, and an event of this step, or none. */
    private void record(int number, int seq, int outcome, int event) {
        jdbi.useHandle(handle -> handle.execute(
                "insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position,"
                        + " outcome_attempt, event_position, event_attempt, format, outcome_state, event, uid,"
                        + " idempotency_key, name)"
                        + " values (1, now(), 1, 1, ?, 1, ?, 1, ?, 3, 1, ?, ?, cast(? as uuid), cast(? as uuid),"
                        + " 'step-' || ?)",
                seq,
                seq - 2,
                seq - 1,
                outcome,
                event,
                uid(number),
                uid(1_000 + seq),
                seq));
    }

    private List<OpenIntent> all(int limit) {
        List<OpenIntent> found = new ArrayList<>();
        Page<OpenIntent> page = reader.page(PageRequest.first(limit));
        found.addAll(page.items());
        while (page.next().isPresent()) {
            page = reader.page(PageRequest.first(limit).from(page.next().orElseThrow()));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            found.addAll(page.items());
        }
        return found;
    }

    @Test
    void onlyTheLastIntentWithoutAnOutcomeIsListed() {
        running(1); // in its second step
        record(1, 1, NONE, INTENT);
        record(1, 2, SUCCEEDED, INTENT);
        running(2); // between two steps
        record(2, 1, NONE, INTENT);
        record(2, 2, SUCCEEDED, 0);
        running(3); // before its first step
        open(4, "COMPENSATING", "null");
        record(4, 1, NONE, INTENT);
        record(4, 2, NONE, 22); // a cancel that arrived meanwhile
        open(5, "WAITING", "now()"); // in a back-off
        record(5, 1, NONE, INTENT);
        record(5, 2, 3, 0);

        assertThat(all(50))
                .extracting(OpenIntent::workflowId, OpenIntent::step)
                .containsExactly(tuple("pay-1", "step-2"), tuple("pay-4", "step-1"));
        assertThat(all(50).getFirst()).satisfies(intent -> {
            assertThat(intent.type()).isEqualTo("pay");
            assertThat(intent.version()).isEqualTo(2);
            assertThat(intent.position()).isEqualTo(1);
            assertThat(intent.branch()).isEmpty();
            assertThat(intent.attempt()).isEqualTo(3);
            assertThat(intent.idempotencyKey()).isEqualTo(uid(1_002));
        });
    }

    @Test
    void pagesGoOnAfterTheLastWorkflowThatWasLookedAt() {
        for (int number = 1; number <= 7; number++) {
            running(number);
            record(number, 1, NONE, INTENT);
            if (number % 3 == 0) {
                record(number, 2, SUCCEEDED, 0);
            }
        }
        for (int limit = 1; limit <= 8; limit++) {
            assertThat(all(limit))
                    .extracting(OpenIntent::workflowId)
                    .containsExactly("pay-1", "pay-2", "pay-4", "pay-5", "pay-7");
        }
        Page<OpenIntent> third = reader.page(PageRequest.first(1).from(uid(2)));
        assertThat(third.items()).isEmpty();
        assertThat(third.next()).contains(uid(3));
    }

    /** The look at open workflows is bounded, however few of them were running. */
    @Test
    void aSearchEndsAndSaysHowFarItLooked() {
        for (int number = 1; number <= 5; number++) {
            open(number, "WAITING", "now()");
        }
        running(6);
        record(6, 1, NONE, INTENT);
        List<Optional<String>> found = jdbi.withHandle(handle -> handle.createQuery(
                        "select coalesce(name, uid::text) as found from holdfast.open_intents(?, 10, 3)")
                .bind(0, UUID.fromString(uid(0)))
                .mapTo(String.class)
                .map(Optional::ofNullable)
                .list());
        assertThat(found).containsExactly(Optional.of(uid(3)));
        assertThat(all(50)).hasSize(1);
    }

    @Test
    void aForeignCursorIsRefused() {
        assertThatThrownBy(() -> reader.page(PageRequest.first(1).from("nonsense")))
                .isInstanceOf(InvalidOptionException.class);
    }
}

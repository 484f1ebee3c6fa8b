package dev.holdfast.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left of workflows that are gone. */
@Timeout(60)
class ForgettingTest {
    private static final int OTHERS = 20_000;
    private static final int OF_THE_ERA = 2_000;
    private static final int LIMIT = 50;

    @RegisterExtension
    private final OldEraFixture fixture = new OldEraFixture();

    private void insert(int era, int number) {
        String from = " from generate_series(1, " + number + ") n";
        fixture.run("insert into holdfast.submission (record_id, at, bucket, era, uid, name, scope)"
                + " select 1, now(), 1, " + era + ", gen_random_uuid(), 'k-" + era + "-' || n, 'kept'" + from);
        fixture.run("insert into holdfast.dead_letter (at, bucket, era, seq, position, attempts, node, uid, cause,"
                + " error_class, error_message, stack)"
                + " select now(), 1, " + era + ", 1, 0, 1, 1, gen_random_uuid(), '', '', '', ''" + from);
        fixture.run("insert into holdfast.dead_letter_state (at, bucket, era, seq, uid, state)" + " select now(), 1, "
                + era + ", 1, gen_random_uuid(), ''" + from);
    }

    @Test
    void aPartOfAnEraIsForgottenWithoutReadingTheRest() throws Exception {
        insert(OldEraFixture.LATER, OTHERS);
        insert(OldEraFixture.ERA, OF_THE_ERA);
        TableReads.Read read;
        try (Handle session = fixture.jdbi.open()) {
            session.execute("analyze");
            read = new TableReads(fixture.jdbi)
                    .of(session, () -> session.execute("select holdfast.forget_era(1, " + LIMIT + ")"));
        }
        assertThat(read.scans()).isZero();
        assertThat(read.rows()).isLessThan(20 * LIMIT);
        for (String table : new String[] {"submission", "dead_letter", "dead_letter_state"}) {
            assertThat(fixture.count("select count(*) from holdfast." + table))
                    .as(table)
                    .isEqualTo(OTHERS + OF_THE_ERA - LIMIT);
        }
    }

    /** Thousands that may go, and some that nothing takes elsewhere yet. */
    @Test
    void aPassOverAnEraExaminesEachWorkflowOnce() throws Exception {
        List<WorkflowKey> kept = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            WorkflowKey key = fixture.place();
            kept.add(key);
            fixture.run(fixture.accept(key, "kept"));
        }
        fixture.run("insert into holdfast.workflow (bucket, era, version, uid, definition, input)"
                + " select n % 4, 1, 1, gen_random_uuid(), 'other', '' from generate_series(1, 5000) n");
        fixture.run("insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position,"
                + " outcome_attempt, event_position, event_attempt, format, outcome_state, event, uid)"
                + " select 1, now(), w.bucket, 1, 1, 1, 0, 0, 0, 0, 1, 0, 30, w.uid from holdfast.workflow w"
                + " where w.definition = 'other'");
        assertThat(fixture.isSettled()).isTrue();
        TableReads reads = new TableReads(fixture.jdbi);
        try (Handle session = fixture.jdbi.open()) {
            TableReads.Read first = reads.of(
                    session, () -> assertThat(fixture.clear(session)).containsExactlyInAnyOrderElementsOf(kept));
            TableReads.Read again = reads.of(
                    session, () -> assertThat(fixture.clear(session)).containsExactlyInAnyOrderElementsOf(kept));
            assertThat(first.rows()).isGreaterThan(5_000);
            assertThat(again.rows()).isLessThan(50);
        }
    }

    @Test
    void whatANoteIsAboutCountsToo() {
        fixture.run("insert into holdfast.dead_letter_state (at, bucket, era, seq, uid, state)"
                + " values (now(), 1, 1, 1, gen_random_uuid(), '')");
        assertThat(fixture.count("select holdfast.forget_era(1, 1)")).isEqualTo(1);
        assertThat(fixture.count("select holdfast.forget_era(1, 1)")).isZero();
    }

    @Test
    void whatWasErasedStaysErasedAfterItsEra() {
        WorkflowKey erased = fixture.place();
        String own = fixture.admit(fixture.place(), "*", "own");
        String keyed = fixture.admit(erased, "kept", "key");
        assertThat(fixture.outcome(own)).isEqualTo("ACCEPTED");
        assertThat(fixture.outcome(keyed)).isEqualTo("ACCEPTED");
        fixture.run("select holdfast.erase(bucket, era, uid, coalesce(id, 'own')) from holdfast.workflow");
        fixture.run("delete from holdfast.open_workflow");
        assertThat(fixture.isSettled()).isTrue();
        assertThat(fixture.clear()).isEmpty();
        fixture.remove();
        assertThat(fixture.isGone()).isTrue();
        WorkflowKey later = fixture.placeAt(Duration.ofDays(28));
        assertThat(fixture.outcome(fixture.admit(later, "*", "own"))).isEqualTo("ERASED");
        assertThat(fixture.outcome(fixture.admit(later, "kept", "key"))).isEqualTo("ERASED");
    }

    /** Its steps would have the same keys. */
    @Test
    void aGeneratedIdWhoseWorkflowMayHaveBeenDeletedIsRefused() {
        WorkflowKey never = fixture.placeAt(Duration.ofDays(28));
        WorkflowKey deleted = fixture.placeAt(Duration.ofHours(673));
        WorkflowKey younger = fixture.placeAt(Duration.ofHours(674));
        assertThat(fixture.outcome(fixture.admit(deleted))).isEqualTo("ACCEPTED");
        fixture.end(deleted);
        fixture.run("update holdfast.retention set keep = '0'");
        fixture.run("select holdfast.expire(" + deleted.bucket() + ", '00000000-0000-0000-0000-000000000000', 10)");
        assertThat(fixture.isThere(deleted)).isFalse();
        assertThat(fixture.outcome(fixture.admit(deleted))).isEqualTo("ERASED");
        assertThat(fixture.outcome(fixture.admit(never))).isEqualTo("ERASED");
        assertThat(fixture.outcome(fixture.admit(younger))).isEqualTo("ACCEPTED");
        assertThat(fixture.outcome(fixture.admit(deleted, "*", "chosen"))).isEqualTo("ACCEPTED");
    }

    @Test
    void ofWhatWasForgottenOneRowPerBucketIsLeft() {
        fixture.run("update holdfast.retention set keep = '0'");
        for (int hour = 673; hour < 677; hour++) {
            WorkflowKey key = fixture.placeAt(Duration.ofHours(hour));
            fixture.run(fixture.accept(key, "other"));
            fixture.end(key);
            fixture.run("select holdfast.expire(2, '00000000-0000-0000-0000-000000000000', 10)");
        }
        assertThat(fixture.count("select count(*) from holdfast.forgotten")).isEqualTo(1);
    }
}

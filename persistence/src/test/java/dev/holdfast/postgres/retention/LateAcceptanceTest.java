package dev.holdfast.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is accepted while its era goes is not lost, in exact interleavings. */
@Timeout(60)
class LateAcceptanceTest {
    @RegisterExtension
    private final OldEraFixture fixture = new OldEraFixture();

    private void clearAll() {
        assertThat(fixture.isSettled()).isTrue();
        assertThat(fixture.clear()).isEmpty();
        assertThat(fixture.count("select count(*) from holdfast.cleared")).isEqualTo(OldEraFixture.BUCKETS);
    }

    private void requireKept(WorkflowKey key) {
        fixture.remove();
        assertThat(fixture.isGone()).isFalse();
        assertThat(fixture.isThere(key)).isTrue();
        assertThat(fixture.isSettled()).isTrue();
        assertThat(fixture.clear()).containsExactly(key);
        assertThat(fixture.clear()).as("still where it lies").containsExactly(key);
        fixture.rehome(key);
        assertThat(fixture.clear()).isEmpty();
        fixture.remove();
        assertThat(fixture.isGone()).isTrue();
        assertThat(fixture.isThere(key)).isTrue();
        assertThat(fixture.count("select count(*) from holdfast.open_workflow")).isEqualTo(1);
    }

    @Test
    void anAdmissionThatHangsBeforeItsCommitHoldsUpTheClearing() throws Exception {
        WorkflowKey late = fixture.place();
        try (ForeignTransaction admission = fixture.transaction()) {
            admission.execute(fixture.admit(late));
            assertThat(fixture.isSettled()).isFalse();
            admission.commit();
        }
        assertThat(fixture.isSettled()).isTrue();
        assertThat(fixture.clear()).containsExactly(late);
        requireKept(late);
    }

    /** The id of its transaction is older than the closing, what it writes is younger. */
    @Test
    void aTransactionThatWritesAfterTheClosingHoldsUpTheClearing() throws Exception {
        WorkflowKey late = fixture.place();
        try (ForeignTransaction foreign = fixture.transaction()) {
            foreign.execute("select pg_current_xact_id()");
            assertThat(fixture.isSettled()).isFalse();
            foreign.execute(fixture.accept(late, "kept"));
            assertThat(fixture.isSettled()).isFalse();
            foreign.commit();
        }
        assertThat(fixture.isSettled()).isTrue();
        assertThat(fixture.clear()).containsExactly(late);
        requireKept(late);
    }

    @Test
    void whatIsWrittenWithAnOldSnapshotAfterTheClearingIsFound() throws Exception {
        WorkflowKey late = fixture.place();
        try (ForeignTransaction foreign = fixture.withAnOldSnapshot()) {
            clearAll();
            foreign.execute(fixture.accept(late, "kept"));
            foreign.commit();
        }
        requireKept(late);
    }

    @Test
    void whatIsCommittedAfterTheLastLookAtTheAttachedTableIsFoundInTheDetachedOne() throws Exception {
        WorkflowKey late = fixture.place();
        try (ForeignTransaction foreign = fixture.withAnOldSnapshot()) {
            clearAll();
            foreign.execute(fixture.accept(late, "kept"));
            fixture.remove(); // it waits for this transaction, in vain
            assertThat(fixture.isGone()).isFalse();
            foreign.commit();
        }
        fixture.forgetClearing();
        requireKept(late);
    }

    @Test
    void whatHasEndedMeanwhileIsKeptAsLongAsItsRuleSays() throws Exception {
        WorkflowKey late = fixture.place();
        WorkflowKey over = fixture.place();
        try (ForeignTransaction foreign = fixture.withAnOldSnapshot()) {
            clearAll();
            foreign.execute(fixture.accept(late, "kept"));
            foreign.execute(fixture.accept(over, "other"));
            foreign.commit();
        }
        fixture.end(late);
        fixture.end(over);
        fixture.remove();
        assertThat(fixture.clear()).containsExactly(late);
        fixture.rehome(late);
        assertThat(fixture.clear()).isEmpty();
        fixture.remove();
        assertThat(fixture.isGone()).isTrue();
        assertThat(fixture.isThere(late)).isTrue();
        assertThat(fixture.isThere(over)).isFalse();
    }

    /** One that hung while another one let the era go, and a workflow came late. */
    @Test
    void aRemovalThatHungDropsNothingThatIsNotCleared() throws Exception {
        WorkflowKey late = fixture.place();
        clearAll();
        fixture.run(fixture.accept(late, "kept"));
        fixture.run("delete from holdfast.cleared where bucket = " + late.bucket());
        fixture.run("alter table holdfast.workflow detach partition holdfast.workflow_1");
        assertThat(fixture.count("select holdfast.drop_workflows(1)::integer")).isZero();
        assertThat(fixture.isThere(late)).isTrue();
        fixture.forgetClearing();
        requireKept(late);
    }

    @Test
    void nothingIsAcceptedInAClosedEra() {
        WorkflowKey place = fixture.place();
        assertThat(fixture.isSettled()).isTrue();
        assertThat(fixture.outcome(fixture.admit(place))).isEqualTo("ERASED");
        assertThat(fixture.outcome(fixture.admit(place, "*", "own"))).isEqualTo("CLOSED");
        assertThat(fixture.outcome(fixture.admit(place, "kept", "key"))).isEqualTo("CLOSED");
        assertThat(fixture.count("select count(*) from holdfast.submission")).isZero();
        assertThat(fixture.count("select count(*) from holdfast.workflow")).isZero();
    }

    @Test
    void whatWasAcceptedIsJoinedInAClosedEra() {
        WorkflowKey place = fixture.place();
        assertThat(fixture.outcome(fixture.admit(place, "kept", "key"))).isEqualTo("ACCEPTED");
        assertThat(fixture.isSettled()).isTrue();
        assertThat(fixture.outcome(fixture.admit(place, "kept", "key"))).isEqualTo("THERE");
        assertThat(fixture.outcome(fixture.admit(place))).isEqualTo("THERE");
    }

    /** Its key must not be given to another workflow meanwhile. */
    @Test
    void aKeyIsHeldWhileItsOpenWorkflowIsOutOfSight() {
        WorkflowKey place = fixture.place();
        String admit = fixture.admit(place, "kept", "key");
        assertThat(fixture.outcome(admit)).isEqualTo("ACCEPTED");
        fixture.run("alter table holdfast.workflow detach partition holdfast.workflow_1");
        assertThat(fixture.outcome(admit)).isEqualTo("HELD");
    }

    /** It comes back if a rule keeps it. */
    @Test
    void aKeyAndAnIdAreHeldWhileAnEndedWorkflowIsOutOfSight() {
        WorkflowKey keyed = fixture.place();
        WorkflowKey plain = fixture.place();
        String admit = fixture.admit(keyed, "kept", "key");
        assertThat(fixture.outcome(admit)).isEqualTo("ACCEPTED");
        fixture.end(keyed);
        fixture.run(fixture.accept(plain, "kept"));
        fixture.end(plain);
        assertThat(fixture.isSettled()).isTrue();
        fixture.run("alter table holdfast.workflow detach partition holdfast.workflow_1");
        assertThat(fixture.outcome(fixture.admit(fixture.placeAt(Duration.ofDays(29)), "kept", "key")))
                .isEqualTo("HELD");
        assertThat(fixture.outcome(fixture.admit(plain))).isEqualTo("HELD");
        fixture.remove();
        assertThat(fixture.outcome(admit)).isEqualTo("THERE");
        assertThat(fixture.outcome(fixture.admit(plain))).isEqualTo("THERE");
    }

    @Test
    void aKeyAndAnIdAreFreeOnceTheirWorkflowIsGone() {
        for (String scope : List.of("kept", "*")) {
            WorkflowKey gone = fixture.place();
            assertThat(fixture.outcome(fixture.admit(gone, scope, "own"))).isEqualTo("ACCEPTED");
            fixture.end(gone);
        }
        fixture.run("alter table holdfast.workflow detach partition holdfast.workflow_1");
        fixture.run("drop table holdfast.workflow_1");
        for (String scope : List.of("kept", "*")) {
            String admit = fixture.admit(fixture.placeAt(Duration.ofDays(29)), scope, "own");
            assertThat(fixture.outcome(admit)).isEqualTo("ACCEPTED");
            assertThat(fixture.outcome(admit)).isEqualTo("THERE");
        }
    }

    /** A caller whose transaction began in one era, and is committed when that era is about to go. */
    @Test
    void whatACallerHasSubmittedInATransactionThatOutlivesItsEraIsNotLost() throws Exception {
        fixture.announce("kept");
        try (ForeignTransaction caller = fixture.transaction()) {
            fixture.beginsNow();
            WorkflowKey late = fixture.place(caller.text("select holdfast.submit('kept', '1', key => 'late')"));
            fixture.beganLongAgo();
            assertThat(fixture.isSettled()).isFalse();
            fixture.remove();
            assertThat(fixture.isGone()).isFalse();
            caller.commit();
            assertThat(fixture.isSettled()).isTrue();
            assertThat(fixture.clear()).containsExactly(late);
            requireKept(late);
        }
    }

    /** Its snapshot is older than the closing, so it does not see that its era is closed. */
    @Test
    void whatACallerWithAnOldSnapshotSubmitsIntoAClearedEraIsNotLost() throws Exception {
        fixture.announce("kept");
        fixture.beginsNow();
        try (ForeignTransaction caller = fixture.withAnOldSnapshot()) {
            fixture.beganLongAgo();
            clearAll();
            WorkflowKey late = fixture.place(caller.text("select holdfast.submit('kept', '1')"));
            assertThat(late.era()).isEqualTo(OldEraFixture.ERA);
            caller.commit();
            requireKept(late);
        }
    }
}

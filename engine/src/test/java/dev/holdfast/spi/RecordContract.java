package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.acceptance;
import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.parked;
import static dev.holdfast.spi.Writes.succeeded;
import static dev.holdfast.spi.Writes.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What was written comes back as it was. */
public interface RecordContract extends StoreFixture {
    byte[] NOTHING = {};

    @Test
    default void intentsAreKeptAsTheyWere() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start());
        WorkflowWrite.Intent first = new WorkflowWrite.Intent(0, null, 1, "größe \"'\\ 的", UUID.randomUUID(), -1);
        WorkflowWrite.Intent again = new WorkflowWrite.Intent(0, null, 2, "größe \"'\\ 的", first.idempotencyKey(), -1);
        WorkflowWrite.Intent undo = new WorkflowWrite.Intent(1, null, 1, "n".repeat(200), new UUID(-1, -1), 0);
        workflow.commit(first, again, undo);
        assertThat(workflow.log().stream().map(LogRecord::event)).containsExactly(first, again, undo);
    }

    @Test
    default void outcomesOfEveryStateAreKeptAsTheyWere() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0), intent(1), intent(2), intent(3));
        List<Outcome> outcomes = List.of(
                succeeded(0),
                new Outcome(1, null, 4, Outcome.State.REJECTED, Writes.failure("no"), null),
                new Outcome(2, null, 5, Outcome.State.FAILED, Writes.failure("io"), Duration.ofMillis(86_400_123)),
                new Outcome(2, null, 6, Outcome.State.FAILED, Writes.failure("io"), Duration.ZERO),
                new Outcome(3, null, 7, Outcome.State.TIMED_OUT, Writes.failure("slow"), null));
        outcomes.forEach(workflow.mailbox()::hold);
        workflow.commit(completed());
        assertThat(workflow.texts().subList(4, 9))
                .isEqualTo(outcomes.stream().map(Writes::text).toList());
    }

    @Test
    default void branchesAreKept() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start());
        WorkflowWrite.Intent intent = new WorkflowWrite.Intent(3, "0/2", 1, "step", UUID.randomUUID(), -1);
        Outcome outcome = new Outcome(3, "0/2", 1, Outcome.State.SUCCEEDED, NOTHING, null);
        workflow.commit(intent);
        workflow.mailbox().hold(outcome);
        workflow.commit(completed());
        assertThat(workflow.texts()).containsExactly(text(intent), text(outcome), text(completed()));
    }

    @Test
    default void deadLettersAreKeptWhole() {
        ParkingReason whole = new ParkingReason(
                DeadLetter.Cause.COMPENSATION_FAILED,
                "größe \"'\\ 的",
                7,
                UUID.randomUUID(),
                10,
                new Failure("java.io.IOException", "m".repeat(4_000)),
                "s\n\t".repeat(5_000));
        ParkingReason bare =
                new ParkingReason(DeadLetter.Cause.HISTORY_MISMATCH, null, -1, null, 0, new Failure("", ""), "");
        StoreNode node = start();
        for (ParkingReason letter : List.of(whole, bare)) {
            WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(new WorkflowWrite.Parked(letter));
            assertThat(workflow.log().getLast().event()).isEqualTo(new WorkflowWrite.Parked(letter));
        }
    }

    @Test
    default void endsOfEveryStatusAreKept() {
        StoreNode node = start();
        for (WorkflowStatus status :
                List.of(WorkflowStatus.COMPLETED, WorkflowStatus.FAILED, WorkflowStatus.CANCELLED)) {
            WorkflowWrite.Ended end = new WorkflowWrite.Ended(status, Writes.failure("why"));
            WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), end);
            assertThat(workflow.texts().getLast()).isEqualTo(text(end));
            assertThat(workflow.summary().status()).isEqualTo(status);
        }
    }

    @Test
    default void emptyValuesAreKept() {
        WrittenWorkflow workflow = WrittenWorkflow.accepted(start(), acceptance(Writes.DEFINITION, "", true));
        workflow.commit(intent(0));
        assertThat(workflow.load().input()).isEmpty();
        workflow.mailbox().hold(succeeded(0, NOTHING));
        workflow.commit(new WorkflowWrite.Ended(WorkflowStatus.COMPLETED, NOTHING));
        assertThat(workflow.texts().subList(1, 3))
                .containsExactly(
                        text(succeeded(0, NOTHING)), text(new WorkflowWrite.Ended(WorkflowStatus.COMPLETED, NOTHING)));
    }

    @Test
    default void largeValuesAreKeptAndKeepTheirPlace() {
        byte[] large = new byte[(1 << 20) + 17];
        new Random(42).nextBytes(large);
        String input = "\"" + "x".repeat(1 << 20) + "\"";
        WrittenWorkflow workflow = WrittenWorkflow.accepted(start(), acceptance(Writes.DEFINITION, input, true));
        workflow.send(intent(0));
        workflow.mailbox().hold(succeeded(0, large));
        workflow.send(intent(1));
        workflow.mailbox().hold(succeeded(1));
        workflow.send(intent(2));
        workflow.mailbox().hold(succeeded(2, large));
        workflow.commit(intent(3));
        assertThat(workflow.load().input()).isEqualTo(input.getBytes(UTF_8));
        assertThat(workflow.texts().stream().filter(text -> text.startsWith("outcome")))
                .containsExactly(text(succeeded(0, large)), text(succeeded(1)), text(succeeded(2, large)));
        MailboxContract.assertDense(workflow.log());
        workflow.commit(new WorkflowWrite.Ended(WorkflowStatus.COMPLETED, large));
        assertThat(workflow.texts().getLast())
                .isEqualTo(text(new WorkflowWrite.Ended(WorkflowStatus.COMPLETED, large)));
    }

    @Test
    default void recordsHaveTheNodeAndTheTimeOfTheirWriting() {
        StoreNode node = start();
        WrittenWorkflow workflow =
                WrittenWorkflow.running(node).commit(intent(0)).commit(intent(1));
        assertThat(workflow.log())
                .allMatch(record -> record.node() == node.ownership().nodeNumber());
        Instant first = workflow.log().getFirst().at();
        assertThat(first).isAfterOrEqualTo(workflow.summary().createdAt());
        assertThat(workflow.log().getLast().at()).isAfterOrEqualTo(first);
    }

    @Test
    default void theLogIsReadInPages() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start());
        assertThat(workflow.store().lastRecord(workflow.key())).isEmpty();
        workflow.commit(intent(0), intent(1), intent(2), intent(3), parked(3, "no"));
        assertThat(seqs(workflow, 0, 2)).containsExactly(1, 2);
        assertThat(seqs(workflow, 2, 2)).containsExactly(3, 4);
        assertThat(seqs(workflow, 4, 2)).containsExactly(5);
        assertThat(seqs(workflow, 5, 2)).isEmpty();
        assertThat(workflow.store().lastRecord(workflow.key()).orElseThrow())
                .isEqualTo(workflow.log().getLast());
    }

    private static List<Integer> seqs(WrittenWorkflow workflow, int after, int limit) {
        return workflow.store().log(workflow.key(), after, limit).stream()
                .map(LogRecord::seq)
                .toList();
    }

    @Test
    default void whatWasNeverAcceptedIsNotThere() {
        Store store = start().store();
        WorkflowKey nowhere = store.newKey();
        assertThat(store.find(nowhere)).isEmpty();
        assertThat(store.log(nowhere, 0, 10)).isEmpty();
        assertThat(store.lastRecord(nowhere)).isEmpty();
        assertThat(store.load(List.of(nowhere))).isEmpty();
        assertThat(store.load(List.of())).isEmpty();
        assertThat(store.locate(store.idOf(nowhere))).isEmpty();
        assertThat(store.locate("no-such-id")).isEmpty();
    }
}

package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.failed;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.parked;
import static dev.holdfast.spi.Writes.succeeded;
import static dev.holdfast.spi.Writes.text;
import static dev.holdfast.spi.Writes.undo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What was written comes back as it was. */
public interface RecordContract extends StoreFixture {
    byte[] NOTHING = {};

    @Test
    default void intentsAreKeptAsTheyWere() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start());
        HistoryEvent.Intent first =
                new HistoryEvent.Intent(Position.main(0), 1, "größe \"'\\ 的", UUID.randomUUID(), -1);
        HistoryEvent.Intent again =
                new HistoryEvent.Intent(Position.main(0), 2, "größe \"'\\ 的", first.idempotencyKey(), -1);
        HistoryEvent.Intent undo = new HistoryEvent.Intent(Position.main(1), 1, "n".repeat(200), new UUID(-1, -1), 0);
        workflow.commit(first, again, undo);
        assertThat(workflow.log().stream().map(LogRecord::event)).containsExactly(first, again, undo);
    }

    @Test
    default void outcomesOfEveryStateAreKeptAsTheyWere() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0), intent(1), intent(2), intent(3));
        List<Outcome> outcomes = List.of(
                succeeded(0),
                new Outcome(Position.main(1), 4, Outcome.State.REJECTED, Writes.failure("no"), null),
                new Outcome(
                        Position.main(2), 5, Outcome.State.FAILED, Writes.failure("io"), Duration.ofMillis(86_400_123)),
                new Outcome(Position.main(2), 6, Outcome.State.FAILED, Writes.failure("io"), Duration.ZERO),
                new Outcome(Position.main(3), 7, Outcome.State.TIMED_OUT, Writes.failure("slow"), null),
                new Outcome(Position.main(3), 8, Outcome.State.NOT_BEGUN, NOTHING, null),
                new Outcome(Position.main(3), 9, Outcome.State.IN_DOUBT, Writes.failure("gone"), null));
        outcomes.forEach(workflow.mailbox()::hold);
        workflow.commit(completed());
        assertThat(workflow.texts().subList(4, 4 + outcomes.size()))
                .isEqualTo(outcomes.stream().map(Writes::text).toList());
    }

    @Test
    default void branchesAreKept() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start());
        HistoryEvent.Intent intent = new HistoryEvent.Intent(new Position("0/2", 3), 1, "step", UUID.randomUUID(), -1);
        Outcome outcome = new Outcome(new Position("0/2", 3), 1, Outcome.State.SUCCEEDED, NOTHING, null);
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
                Position.main(7),
                UUID.randomUUID(),
                10,
                new Failure("java.io.IOException", "m".repeat(4_000)),
                "s\n\t".repeat(5_000));
        ParkingReason bare =
                new ParkingReason(DeadLetter.Cause.HISTORY_MISMATCH, null, null, null, 0, new Failure("", ""), "");
        StoreNode node = start();
        for (ParkingReason letter : List.of(whole, bare)) {
            WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(new HistoryEvent.Parked(letter));
            LogRecord last = workflow.log().getLast();
            assertThat(last.event()).isEqualTo(new HistoryEvent.Parked(letter));
            assertThat(workflow.mailbox().parkedSeq()).isEqualTo(last.seq());
        }
    }

    @Test
    default void endsOfEveryStatusAreKept() {
        StoreNode node = start();
        for (WorkflowStatus status :
                List.of(WorkflowStatus.COMPLETED, WorkflowStatus.FAILED, WorkflowStatus.CANCELLED)) {
            HistoryEvent.Ended end = new HistoryEvent.Ended(status, Writes.failure("why"));
            WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), end);
            assertThat(workflow.texts().getLast()).isEqualTo(text(end));
            assertThat(workflow.summary().status()).isEqualTo(status);
        }
    }

    @Test
    default void emptyValuesAreKept() {
        WrittenWorkflow workflow = WrittenWorkflow.accepted(start(), creation(Writes.DEFINITION, "", true));
        workflow.commit(intent(0));
        assertThat(workflow.load().input()).isEmpty();
        workflow.mailbox().hold(succeeded(0, NOTHING));
        workflow.commit(new HistoryEvent.Ended(WorkflowStatus.COMPLETED, NOTHING));
        assertThat(workflow.texts().subList(1, 3))
                .containsExactly(
                        text(succeeded(0, NOTHING)), text(new HistoryEvent.Ended(WorkflowStatus.COMPLETED, NOTHING)));
    }

    @Test
    default void largeValuesAreKeptAndKeepTheirPlace() {
        byte[] large = new byte[(1 << 20) + 17];
        new Random(42).nextBytes(large);
        String input = "\"" + "x".repeat(1 << 20) + "\"";
        WrittenWorkflow workflow = WrittenWorkflow.accepted(start(), creation(Writes.DEFINITION, input, true));
        workflow.send(intent(0));
        workflow.mailbox().hold(succeeded(0, large));
        workflow.send(intent(1));
        workflow.mailbox().hold(succeeded(1));
        workflow.send(intent(2));
        workflow.mailbox().hold(succeeded(2, large));
        workflow.commit(intent(3));
        assertThat(workflow.store().input(workflow.key())).contains(input.getBytes(UTF_8));
        assertThat(workflow.texts().stream().filter(text -> text.startsWith("outcome")))
                .containsExactly(text(succeeded(0, large)), text(succeeded(1)), text(succeeded(2, large)));
        MailboxContract.assertDense(workflow.log());
        workflow.commit(new HistoryEvent.Ended(WorkflowStatus.COMPLETED, large));
        assertThat(workflow.texts().getLast()).isEqualTo(text(new HistoryEvent.Ended(WorkflowStatus.COMPLETED, large)));
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
        assertThat(workflow.store().head(workflow.key())).isEmpty();
        workflow.commit(intent(0), intent(1), intent(2), intent(3), parked(3, "no"));
        assertThat(seqs(workflow, 0, 2)).containsExactly(1, 2);
        assertThat(seqs(workflow, 2, 2)).containsExactly(3, 4);
        assertThat(seqs(workflow, 4, 2)).containsExactly(5);
        assertThat(seqs(workflow, 5, 2)).isEmpty();
        assertThat(workflow.store().head(workflow.key()))
                .contains(new WorkflowHead(5, workflow.log().getLast().withoutOutcome()));
    }

    @Test
    default void aHistoryHasOutcomesButNoValues() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start());
        workflow.commit(intent(0))
                .hold(succeeded(0))
                .commit(intent(1))
                .hold(failed(1, 1, "not yet", Duration.ofMillis(1)))
                .commit(intent(1, 2), intent(1, 3)) // a crash cut the second attempt off
                .hold(new Outcome(Position.main(1), 3, Outcome.State.SUCCEEDED, NOTHING, null))
                .commit(undo(2, 0))
                .hold(succeeded(2))
                .commit(completed());
        List<HistoryEntry> history = workflow.store().history(workflow.key(), 0, 10);
        assertThat(history)
                .extracting(entry -> entry.outcome() == null ? null : text(entry.outcome()))
                .containsExactly(
                        text(new Outcome(Position.main(0), 1, Outcome.State.SUCCEEDED, NOTHING, null)),
                        text(failed(1, 1, "not yet", Duration.ofMillis(1))),
                        null,
                        text(new Outcome(Position.main(1), 3, Outcome.State.SUCCEEDED, NOTHING, null)),
                        text(new Outcome(Position.main(2), 1, Outcome.State.SUCCEEDED, NOTHING, null)),
                        null);
        assertThat(history)
                .extracting(HistoryEntry::compensated)
                .containsExactly(true, false, false, false, false, false);
        List<LogRecord> log = workflow.log(); // an outcome has a record of its own if the next event was late
        assertThat(history).allSatisfy(entry -> {
            LogRecord record = log.get(entry.seq() - 1);
            assertThat(entry.event().getClass())
                    .isEqualTo(Objects.requireNonNull(record.event()).getClass());
            assertThat(entry.at()).isEqualTo(record.at());
        });
        assertThat(history.getFirst().outcomeAt())
                .isEqualTo(log.stream()
                        .filter(record -> record.outcome() != null)
                        .findFirst()
                        .orElseThrow()
                        .at());
        assertThat(text(history.getLast().event()))
                .isEqualTo(text(new HistoryEvent.Ended(WorkflowStatus.COMPLETED, NOTHING)));
        assertThat(workflow.store().history(workflow.key(), history.get(1).seq(), 2))
                .extracting(HistoryEntry::seq)
                .containsExactly(history.get(2).seq(), history.get(3).seq());
        assertThat(workflow.store().history(workflow.key(), history.getLast().seq(), 2))
                .isEmpty();
    }

    @Test
    default void theHeadHasTheLastEventBeforeAnOutcome() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0), parked(0, "no"));
        LogRecord parking = workflow.log().getLast();
        workflow.mailbox().hold(succeeded(1));
        workflow.mailbox().flush();
        Await.until("the outcome is written", () -> workflow.log().size() == 3);
        WorkflowHead head = workflow.store().head(workflow.key()).orElseThrow();
        assertThat(head).isEqualTo(new WorkflowHead(3, parking));
        assertThat(head.openDeadLetter(2)).isPresent();
        assertThat(workflow.summary().deadLetter()).contains(workflow.id() + ".2");
        assertThat(workflow.load().isParked()).isTrue();
    }

    private static List<Integer> seqs(WrittenWorkflow workflow, int after, int limit) {
        return workflow.store().log(workflow.key(), after, limit, Long.MAX_VALUE).stream()
                .map(LogRecord::seq)
                .toList();
    }

    @Test
    default void whatWasNeverAcceptedIsNotThere() {
        Store store = start().store();
        WorkflowKey nowhere = store.newKey();
        assertThat(store.find(nowhere)).isEmpty();
        assertThat(store.log(nowhere, 0, 10, Long.MAX_VALUE)).isEmpty();
        assertThat(store.bytes(nowhere)).isZero();
        assertThat(store.input(nowhere)).isEmpty();
        assertThat(store.head(nowhere)).isEmpty();
        assertThat(store.load(List.of(nowhere))).isEmpty();
        assertThat(store.load(List.of())).isEmpty();
        assertThat(store.locate(store.idOf(nowhere))).isEmpty();
        assertThat(store.locate("no-such-id")).isEmpty();
    }
}

package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.succeeded;
import static dev.holdfast.spi.Writes.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The way into the log: order, merging, holding. */
public interface MailboxContract extends StoreFixture {
    /** What depends on being quicker than 3 ms is tried so often; a store that never does it fails each time. */
    int TRIES = 20;

    @Test
    default void recordsKeepTheOrderInWhichTheyWerePutIn() {
        WrittenWorkflow workflow = WrittenWorkflow.fresh(start());
        List<String> expected = new ArrayList<>();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        futures.add(workflow.mailbox().create(creation(true)));
        for (int position = 0; position < 300; position++) {
            HistoryEvent.Intent intent = intent(position);
            WorkflowWrite.Outcome outcome = succeeded(position);
            futures.add(workflow.put(intent));
            workflow.mailbox().hold(outcome);
            expected.addAll(List.of(text(intent), text(outcome)));
        }
        futures.add(workflow.put(completed()));
        expected.add(text(completed()));
        futures.forEach(Await::done);
        assertThat(workflow.texts()).isEqualTo(expected);
        assertDense(workflow.log());
    }

    @Test
    default void aFutureEndsOnlyWhenItsRecordCanBeRead() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start());
        for (int position = 0; position < 20; position++) {
            workflow.commit(intent(position));
            assertThat(workflow.log()).hasSize(position + 1);
        }
    }

    @Test
    default void futuresEndInTheOrderOfTheirRecords() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start());
        List<Integer> ended = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int position = 0; position < 500; position++) {
            int number = position;
            futures.add(workflow.put(intent(position)).thenRun(() -> ended.add(number)));
        }
        futures.forEach(Await::done);
        assertThat(ended).isEqualTo(IntStream.range(0, 500).boxed().toList());
    }

    @Test
    default void aClosedMailboxTakesNothing() {
        StoreNode node = start();
        HistoryEvent.Intent first = intent(0);
        HistoryEvent.Intent next = intent(1);
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(first);
        workflow.mailbox().close();
        OperatorAction action =
                OperatorAction.of(workflow.key(), ActionKind.CANCEL, "walk-1", 0, ActionOptions.because("a test"));
        for (WorkflowWrite write :
                List.of(intent(1), completed(), WorkflowWrite.Answered.refused(action, WorkflowStatus.RUNNING))) {
            assertThat(Await.failure(workflow.put(write)))
                    .as("%s", write)
                    .isInstanceOf(OwnershipLostException.class)
                    .hasMessageContaining("closed");
        }
        workflow.mailbox().hold(succeeded(0));
        workflow.mailbox().flush();
        WrittenWorkflow again = workflow.on(node);
        again.commit(next);
        assertThat(again.texts()).containsExactly(text(first), text(next));
    }

    @Test
    default void aHeldOutcomeSharesTheRecordOfTheNextEvent() {
        StoreNode node = start();
        assertThat(onceIn(TRIES, () -> {
                    WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
                    HistoryEvent.Intent next = intent(1);
                    workflow.mailbox().hold(succeeded(0));
                    workflow.commit(next);
                    assertThat(workflow.texts().subList(1, 3)).containsExactly(text(succeeded(0)), text(next));
                    assertDense(workflow.log());
                    return workflow.log().size() == 2;
                }))
                .isTrue();
    }

    @Test
    default void ofSeveralHeldOutcomesNoneIsLost() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0), intent(1), intent(2));
        workflow.mailbox().hold(succeeded(2));
        workflow.mailbox().hold(succeeded(0));
        workflow.mailbox().hold(succeeded(1));
        workflow.commit(completed());
        assertThat(workflow.texts().subList(3, 7))
                .containsExactly(text(succeeded(2)), text(succeeded(0)), text(succeeded(1)), text(completed()));
        assertDense(workflow.log());
    }

    @Test
    default void aHeldOutcomeGoesAloneWhenNothingFollows() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0));
        workflow.mailbox().hold(succeeded(0));
        Await.until("the outcome goes alone", () -> workflow.log().size() == 2);
        assertThat(workflow.log().getLast().event()).isNull();
        assertThat(workflow.texts().getLast()).isEqualTo(text(succeeded(0)));
    }

    @Test
    default void aFlushedOutcomeIsWrittenOnce() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0));
        workflow.mailbox().flush();
        workflow.mailbox().hold(succeeded(0));
        workflow.mailbox().flush();
        workflow.mailbox().flush();
        Await.until("the outcome is written", () -> workflow.log().size() == 2);
        workflow.commit(completed());
        assertThat(workflow.texts().subList(1, 3)).containsExactly(text(succeeded(0)), text(completed()));
        assertThat(workflow.log()).hasSize(3);
    }

    @Test
    default void theFirstEventIsNotWrittenBeforeTheCreation() {
        WrittenWorkflow workflow = WrittenWorkflow.fresh(start());
        CompletableFuture<Void> accepted = workflow.mailbox().create(creation(true));
        workflow.commit(intent(0));
        assertThat(accepted).isCompleted();
        assertThat(workflow.log()).hasSize(1);
        assertThat(workflow.summary().createdAt())
                .isBeforeOrEqualTo(workflow.log().getFirst().at());
    }

    @Test
    default void aCreationThatStartsGoesAloneWhenNothingFollows() {
        WrittenWorkflow workflow = WrittenWorkflow.accepted(start(), creation(true));
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(workflow.log()).isEmpty();
    }

    @Test
    default void aCreationThatDoesNotStartIsQueued() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.accepted(node, creation(false));
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(node.due(10)).containsExactly(workflow.key());
    }

    @Test
    default void aMailboxGoesOnBehindTheLastRecord() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), intent(1));
        workflow.on(node).commit(intent(2), completed());
        assertThat(workflow.log()).hasSize(4);
        assertDense(workflow.log());
    }

    @Test
    default void aMailboxThatDoesNotKnowTheLastRecordLosesAndChangesNothing() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), intent(1));
        List<String> before = workflow.texts();
        Mailbox stale = node.store().mailbox(workflow.key(), 1);
        CompletableFuture<Void> late = stale.record(intent(7));
        assertThat(Await.failure(late)).isInstanceOf(OwnershipLostException.class);
        assertThat(Await.failure(stale.record(completed()))).isInstanceOf(OwnershipLostException.class);
        assertThat(workflow.texts()).isEqualTo(before);
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.RUNNING);
        workflow.commit(intent(2));
    }

    @Test
    default void aCreationWhosePlaceIsTakenLoses() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.queued(node);
        CompletableFuture<Void> again = node.store().mailbox(workflow.key(), 0).create(creation("other", "{}", false));
        assertThat(Await.failure(again)).isInstanceOf(OwnershipLostException.class);
        assertThat(workflow.summary().type()).isEqualTo(Writes.DEFINITION);
    }

    @Test
    default void manyWorkflowsAtOnceKeepTheirOrderEach() {
        StoreNode node = start();
        int workflows = 120;
        int steps = 20;
        try (ExecutorService threads = Executors.newFixedThreadPool(24)) {
            List<Future<List<String>>> expected = new ArrayList<>();
            List<WrittenWorkflow> written = new ArrayList<>();
            for (int i = 0; i < workflows; i++) {
                WrittenWorkflow workflow = WrittenWorkflow.fresh(node);
                written.add(workflow);
                expected.add(threads.submit(() -> writeSteps(workflow, steps)));
            }
            for (int i = 0; i < workflows; i++) {
                List<String> texts = Await.done(expected.get(i));
                assertThat(written.get(i).texts()).isEqualTo(texts);
                assertDense(written.get(i).log());
            }
        }
    }

    /** As the engine does it: an intent is waited for, an outcome is not. */
    private static List<String> writeSteps(WrittenWorkflow workflow, int steps) {
        List<String> texts = new ArrayList<>();
        CompletableFuture<Void> accepted = workflow.mailbox().create(creation(true));
        for (int position = 0; position < steps; position++) {
            HistoryEvent.Intent intent = intent(position);
            workflow.commit(intent);
            workflow.mailbox().hold(succeeded(position));
            texts.addAll(List.of(text(intent), text(succeeded(position))));
        }
        workflow.commit(completed());
        texts.add(text(completed()));
        Await.done(accepted);
        return texts;
    }

    static void assertDense(List<LogRecord> log) {
        assertThat(log.stream().map(LogRecord::seq))
                .isEqualTo(IntStream.rangeClosed(1, log.size()).boxed().toList());
    }

    private static boolean onceIn(int tries, BooleanSupplier attempt) {
        return IntStream.range(0, tries).anyMatch(i -> attempt.getAsBoolean());
    }
}

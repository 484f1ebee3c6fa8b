package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.parked;
import static dev.holdfast.spi.Writes.submission;
import static dev.holdfast.spi.Writes.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is asked of workflows, by whom it is decided, and what the decision leaves behind. */
public interface InboxContract extends StoreFixture {
    private static OperatorAction ask(WrittenWorkflow workflow, ActionKind act, int letterSeq) {
        return OperatorAction.of(
                workflow.key(), act, "target", letterSeq, ActionOptions.because("why \u00e4 'quoted'"));
    }

    private static Map<UUID, ActionResult> answers(StoreNode node, OperatorAction action) {
        return node.store().results(List.of(action.id()));
    }

    @Test
    default void whatIsAskedIsFoundUntilItIsAnswered() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        OperatorAction action = ask(workflow, ActionKind.CANCEL, 0);
        node.store().request(action, RequestContext.NONE);
        node.store().request(action, RequestContext.NONE);
        assertThat(node.inbox(10)).containsExactly(action);
        assertThat(answers(node, action)).isEmpty();
        workflow.decide(
                new HistoryEvent.Cancelled(Position.main(0), action.ref()), action, WorkflowStatus.COMPENSATING);
        assertThat(node.inbox(10)).isEmpty();
        assertThat(answers(node, action))
                .containsEntry(action.id(), new ActionResult(true, WorkflowStatus.COMPENSATING));
        node.store().request(action, RequestContext.NONE);
        assertThat(node.inbox(10)).isEmpty();
    }

    @Test
    default void whatIsAskedAtAnyNodeIsDecidedByTheOwner() {
        StoreNode former = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(former).commit(intent(0));
        OperatorAction action = ask(workflow, ActionKind.TERMINATE, 0);
        crash(former.store());
        StoreNode next = start();
        next.store().request(action, RequestContext.NONE);
        assertThat(next.inbox(10)).containsExactly(action);
        workflow.on(next)
                .decide(
                        new HistoryEvent.Ended(WorkflowStatus.CANCELLED, new byte[0], action.ref()),
                        action,
                        WorkflowStatus.CANCELLED);
        assertThat(answers(next, action)).containsEntry(action.id(), new ActionResult(true, WorkflowStatus.CANCELLED));
        assertThat(workflow.on(next).summary().status()).isEqualTo(WorkflowStatus.CANCELLED);
    }

    @Test
    default void aRefusalIsAnAnswerAndNoRecord() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), completed());
        OperatorAction action = ask(workflow, ActionKind.CANCEL, 0);
        node.store().request(action, RequestContext.NONE);
        workflow.on(node).commit(new WorkflowWrite.Answered(action, new ActionResult(false, WorkflowStatus.COMPLETED)));
        assertThat(answers(node, action)).containsEntry(action.id(), new ActionResult(false, WorkflowStatus.COMPLETED));
        assertThat(node.inbox(10)).isEmpty();
        assertThat(workflow.on(node).log()).hasSize(2);
    }

    @Test
    default void nothingFollowsATerminationThatWasPutInFirst() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        OperatorAction action = ask(workflow, ActionKind.TERMINATE, 0);
        workflow.sendDecision(
                new HistoryEvent.Ended(WorkflowStatus.CANCELLED, new byte[0], action.ref()),
                action,
                WorkflowStatus.CANCELLED);
        workflow.mailbox().hold(succeeded(0));
        assertThat(Await.failure(workflow.put(completed()))).isInstanceOf(OwnershipLostException.class);
        Await.until("it has ended", () -> workflow.summary().status() == WorkflowStatus.CANCELLED);
        assertThat(workflow.log()).hasSize(2);
    }

    @Test
    default void aRetriedWorkflowIsDueAgainAndItsLetterClosed() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), parked(0, "no"));
        String letter = workflow.summary().deadLetter().orElseThrow();
        DeadLetterId place = node.store().admin().locateLetter(letter).orElseThrow();
        assertThat(place).isEqualTo(new DeadLetterId(workflow.key(), 2));
        assertThat(node.store().admin().deadLetter(place.key(), 2).orElseThrow().open())
                .isTrue();
        OperatorAction action = ask(workflow, ActionKind.RETRY, 2);
        workflow.on(node)
                .decide(new HistoryEvent.Retried(Position.main(0), action.ref()), action, WorkflowStatus.QUEUED);
        assertThat(node.due(10)).containsExactly(workflow.key());
        assertThat(answers(node, action)).containsEntry(action.id(), new ActionResult(true, WorkflowStatus.QUEUED));
        assertThat(workflow.on(node).summary().deadLetter()).isEmpty();
        assertThat(node.store().admin().deadLetter(place.key(), 2).orElseThrow().open())
                .isFalse();
        assertThat(workflow.on(node).load().loads()).isZero();
    }

    @Test
    default void anUnloadedWorkflowIsDueAtItsTime() {
        StoreNode node = start();
        WrittenWorkflow now = WrittenWorkflow.running(node).commit(intent(0));
        now.commit(WorkflowWrite.Unloading.queued());
        WrittenWorkflow later = WrittenWorkflow.running(node).commit(intent(0));
        later.commit(WorkflowWrite.Unloading.waiting(new Wait.Retry("step-0"), Duration.ofHours(1)));
        assertThat(node.due(10)).containsExactly(now.key());
        assertThat(later.summary().status()).isEqualTo(WorkflowStatus.WAITING);
        assertThat(later.load().dueIn()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(later.load().wasCutOff()).isFalse();
        List<DueWorkflow> ahead = node.store().due(Duration.ofHours(2), 10);
        assertThat(ahead).extracting(DueWorkflow::key).containsExactly(now.key(), later.key());
        assertThat(ahead.getLast().in()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(node.interrupted(null, 10)).isEmpty();
        later.commit(new WorkflowWrite.Loading(0, 1));
        assertThat(later.summary().status()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(later.load().wasCutOff()).isTrue();
    }

    @Test
    default void whatWaitsForAVersionIsWokenByIt() {
        StoreNode node = start();
        Wait.Version version = new Wait.Version("pay", 2);
        WrittenWorkflow waits = WrittenWorkflow.running(node).commit(intent(0));
        waits.commit(WorkflowWrite.Unloading.waiting(version, Duration.ofDays(7)));
        WrittenWorkflow other = WrittenWorkflow.running(node).commit(intent(0));
        other.commit(WorkflowWrite.Unloading.waiting(new Wait.Version("pay", 3), Duration.ofDays(7)));
        OperatorAction cancel = ask(waits, ActionKind.CANCEL, 0);
        node.store().request(cancel, RequestContext.NONE);
        assertThat(node.due(10)).isEmpty();
        assertThat(node.inbox(10)).as("its code cannot be told").isEmpty();
        assertThat(node.store().inbox(List.of(waits.key()), 10)).isEmpty();
        assertThat(waits.summary().waitingFor().orElseThrow().name()).isEqualTo("pay/2");
        List<Integer> buckets = List.of(waits.key().bucket(), other.key().bucket());
        assertThat(node.store().wakeVersions(buckets, List.of(version), 10)).isEqualTo(new VersionWake(1, true));
        assertThat(node.store().wakeVersions(buckets, List.of(version), 10)).isEqualTo(new VersionWake(0, true));
        assertThat(node.due(10)).containsExactly(waits.key());
        assertThat(waits.summary().status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(waits.summary().waitingFor()).isEmpty();
        assertThat(node.inbox(10)).containsExactly(cancel);
        assertThat(node.store().inbox(List.of(waits.key(), other.key()), 10)).containsExactly(cancel);
    }

    @Test
    default void versionsAreWokenInPages() {
        StoreNode node = start();
        Wait.Version version = new Wait.Version("pay", 2);
        List<Integer> buckets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            WrittenWorkflow waits = WrittenWorkflow.running(node).commit(intent(0));
            waits.commit(WorkflowWrite.Unloading.waiting(version, Duration.ofDays(7)));
            buckets.add(waits.key().bucket());
        }
        assertThat(node.store().wakeVersions(buckets, List.of(version), 3)).isEqualTo(new VersionWake(3, false));
        assertThat(node.store().wakeVersions(buckets, List.of(version), 3)).isEqualTo(new VersionWake(2, true));
        assertThat(node.due(10)).hasSize(5);
    }

    @Test
    default void whatIsParkedWhileItWaitsForAVersionIsNotWoken() {
        StoreNode node = start();
        Wait.Version version = new Wait.Version("pay", 2);
        WrittenWorkflow waits = WrittenWorkflow.running(node).commit(intent(0));
        waits.commit(WorkflowWrite.Unloading.waiting(version, Duration.ofDays(7)));
        waits.commit(parked(-1, "no"));
        assertThat(node.store().wakeVersions(List.of(waits.key().bucket()), List.of(version), 3))
                .isEqualTo(new VersionWake(0, true));
        assertThat(waits.summary().status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
    }

    @Test
    default void openLettersAreListedByFilterAndPage() {
        StoreNode node = start();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), parked(0, "no " + i));
            ids.add(workflow.summary().deadLetter().orElseThrow());
        }
        Collections.reverse(ids);
        List<String> read = new ArrayList<>();
        Page<DeadLetter> page = node.store().admin().deadLetters(DeadLetterFilter.all(3));
        page.items().forEach(letter -> read.add(letter.id()));
        while (page.next().isPresent()) {
            page = node.store()
                    .admin()
                    .deadLetters(DeadLetterFilter.all(3).from(page.next().orElseThrow()));
            page.items().forEach(letter -> read.add(letter.id()));
        }
        assertThat(read).isEqualTo(ids);
        DeadLetter first = node.store()
                .admin()
                .deadLetters(DeadLetterFilter.all(1))
                .items()
                .getFirst();
        DeadLetterFilter alike =
                DeadLetterFilter.all(10).type(first.type()).step(first.step().orElseThrow());
        assertThat(node.store()
                        .admin()
                        .deadLetters(alike.cause(DeadLetter.Cause.valueOf(first.cause())))
                        .items())
                .hasSize(7);
        assertThat(node.store()
                        .admin()
                        .deadLetters(alike.cause(DeadLetter.Cause.POISON))
                        .items())
                .isEmpty();
    }

    @Test
    default void theLetterOfACallersIdNamesItsWorkflow() {
        StoreNode node = start();
        SubmissionResult admitted = node.admit(submission(KeyedSubmission.ID_SCOPE, "own:id", creation(false)));
        WrittenWorkflow workflow =
                new WrittenWorkflow(node.store(), admitted.key(), node.store().mailbox(admitted.key(), 0));
        workflow.commit(intent(0), parked(0, "no"));
        String letter =
                node.store().find(admitted.key()).orElseThrow().deadLetter().orElseThrow();
        DeadLetterId place = node.store().admin().locateLetter(letter).orElseThrow();
        assertThat(node.store()
                        .admin()
                        .deadLetter(place.key(), place.seq())
                        .orElseThrow()
                        .workflowId())
                .isEqualTo("own:id");
    }
}

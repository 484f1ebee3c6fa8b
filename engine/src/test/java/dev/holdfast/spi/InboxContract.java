package dev.holdfast.spi;

import static dev.holdfast.spi.Entries.acceptance;
import static dev.holdfast.spi.Entries.admission;
import static dev.holdfast.spi.Entries.completed;
import static dev.holdfast.spi.Entries.intent;
import static dev.holdfast.spi.Entries.parked;
import static dev.holdfast.spi.Entries.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.DeadLetterFilter;
import dev.holdfast.DeadLetterSummary;
import dev.holdfast.Decision;
import dev.holdfast.Page;
import dev.holdfast.RequestContext;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is asked of workflows, by whom it is decided, and what the decision leaves behind. */
public interface InboxContract extends StoreFixture {
    private static Ask ask(WrittenWorkflow workflow, ActionKind act, int letterSeq) {
        return Ask.of(workflow.key(), act, "target", letterSeq, Decision.because("why \u00e4 'quoted'"));
    }

    private static Map<UUID, Answer> answers(Node node, Ask ask) {
        return node.store().answers(List.of(ask.id()));
    }

    @Test
    default void whatIsAskedIsFoundUntilItIsAnswered() {
        Node node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        Ask ask = ask(workflow, ActionKind.CANCEL, 0);
        node.store().ask(ask, RequestContext.NONE);
        node.store().ask(ask, RequestContext.NONE);
        assertThat(node.store().inbox(Set.of(), 10)).containsExactly(ask);
        assertThat(answers(node, ask)).isEmpty();
        workflow.commit(new Entry.Cancelled(0, ask));
        assertThat(node.store().inbox(Set.of(), 10)).isEmpty();
        assertThat(answers(node, ask)).containsEntry(ask.id(), new Answer(true, WorkflowStatus.COMPENSATING));
        node.store().ask(ask, RequestContext.NONE);
        assertThat(node.store().inbox(Set.of(), 10)).isEmpty();
    }

    @Test
    default void whatIsAskedAtAnyNodeIsDecidedByTheOwner() {
        Node former = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(former).commit(intent(0));
        Ask ask = ask(workflow, ActionKind.TERMINATE, 0);
        crash(former.store());
        Node next = start();
        next.store().ask(ask, RequestContext.NONE);
        assertThat(next.store().inbox(Set.of(), 10)).containsExactly(ask);
        workflow.on(next).commit(new Entry.Ended(WorkflowStatus.CANCELLED, new byte[0], ask));
        assertThat(answers(next, ask)).containsEntry(ask.id(), new Answer(true, WorkflowStatus.CANCELLED));
        assertThat(workflow.on(next).summary().status()).isEqualTo(WorkflowStatus.CANCELLED);
    }

    @Test
    default void aRefusalIsAnAnswerAndNoRecord() {
        Node node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), completed());
        Ask ask = ask(workflow, ActionKind.CANCEL, 0);
        node.store().ask(ask, RequestContext.NONE);
        workflow.on(node).commit(new Entry.Answered(ask, new Answer(false, WorkflowStatus.COMPLETED)));
        assertThat(answers(node, ask)).containsEntry(ask.id(), new Answer(false, WorkflowStatus.COMPLETED));
        assertThat(node.store().inbox(Set.of(), 10)).isEmpty();
        assertThat(workflow.on(node).log()).hasSize(2);
    }

    @Test
    default void nothingFollowsATerminationThatWasPutInFirst() {
        Node node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        Ask ask = ask(workflow, ActionKind.TERMINATE, 0);
        workflow.send(new Entry.Ended(WorkflowStatus.CANCELLED, new byte[0], ask));
        workflow.mailbox().hold(succeeded(0));
        assertThat(Await.failure(workflow.put(completed()))).isInstanceOf(OwnershipLostException.class);
        Await.until("it has ended", () -> workflow.summary().status() == WorkflowStatus.CANCELLED);
        assertThat(workflow.log()).hasSize(2);
    }

    @Test
    default void aRetriedWorkflowIsDueAgainAndItsLetterClosed() {
        Node node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), parked(0, "no"));
        String letter = workflow.summary().deadLetter().orElseThrow();
        DeadLetterId place = node.store().administration().locateLetter(letter).orElseThrow();
        assertThat(place).isEqualTo(new DeadLetterId(workflow.key(), 2));
        assertThat(node.store()
                        .administration()
                        .deadLetter(place.key(), 2)
                        .orElseThrow()
                        .open())
                .isTrue();
        Ask ask = ask(workflow, ActionKind.RETRY, 2);
        workflow.on(node).commit(new Entry.Retried(ask));
        assertThat(node.due(10)).containsExactly(workflow.key());
        assertThat(answers(node, ask)).containsEntry(ask.id(), new Answer(true, WorkflowStatus.QUEUED));
        assertThat(workflow.on(node).summary().deadLetter()).isEmpty();
        assertThat(node.store()
                        .administration()
                        .deadLetter(place.key(), 2)
                        .orElseThrow()
                        .open())
                .isFalse();
        assertThat(workflow.on(node).load().loads()).isZero();
    }

    @Test
    default void anUnloadedWorkflowIsDueAtItsTime() {
        Node node = start();
        WrittenWorkflow now = WrittenWorkflow.running(node).commit(intent(0));
        now.commit(new Entry.Unloading(WorkflowStatus.QUEUED, Duration.ZERO));
        WrittenWorkflow later = WrittenWorkflow.running(node).commit(intent(0));
        later.commit(new Entry.Unloading(WorkflowStatus.WAITING, Duration.ofHours(1)));
        assertThat(node.due(10)).containsExactly(now.key());
        assertThat(later.summary().status()).isEqualTo(WorkflowStatus.WAITING);
        assertThat(later.load().dueIn()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(later.load().wasCutOff()).isFalse();
        List<Due> ahead = node.store().due(Duration.ofHours(2), 10);
        assertThat(ahead).extracting(Due::key).containsExactly(now.key(), later.key());
        assertThat(ahead.getLast().in()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(node.interrupted(null, 10)).isEmpty();
        later.commit(new Entry.Loading(0, 1));
        assertThat(later.summary().status()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(later.load().wasCutOff()).isTrue();
    }

    @Test
    default void openLettersAreListedByFilterAndPage() {
        Node node = start();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), parked(0, "no " + i));
            ids.add(workflow.summary().deadLetter().orElseThrow());
        }
        Collections.reverse(ids);
        List<String> read = new ArrayList<>();
        Page<DeadLetterSummary> page = node.store().administration().deadLetters(DeadLetterFilter.all(3));
        page.items().forEach(letter -> read.add(letter.id()));
        while (page.next().isPresent()) {
            page = node.store()
                    .administration()
                    .deadLetters(DeadLetterFilter.all(3).from(page.next().orElseThrow()));
            page.items().forEach(letter -> read.add(letter.id()));
        }
        assertThat(read).isEqualTo(ids);
        DeadLetterSummary first = node.store()
                .administration()
                .deadLetters(DeadLetterFilter.all(1))
                .items()
                .getFirst();
        for (Optional<String> cause : List.of(Optional.of(first.cause()), Optional.of("POISON"))) {
            DeadLetterFilter filter =
                    new DeadLetterFilter(Optional.of(first.type()), cause, first.step(), 10, Optional.empty());
            assertThat(node.store().administration().deadLetters(filter).items())
                    .hasSize(cause.equals(Optional.of("POISON")) ? 0 : 7);
        }
    }

    @Test
    default void theLetterOfACallersIdNamesItsWorkflow() {
        Node node = start();
        Admitted admitted = node.admit(admission(Admission.ID_SCOPE, "own:id", acceptance(false)));
        WrittenWorkflow workflow =
                new WrittenWorkflow(node.store(), admitted.key(), node.store().mailbox(admitted.key(), 0));
        workflow.commit(intent(0), parked(0, "no"));
        String letter =
                node.store().find(admitted.key()).orElseThrow().deadLetter().orElseThrow();
        DeadLetterId place = node.store().administration().locateLetter(letter).orElseThrow();
        assertThat(node.store()
                        .administration()
                        .deadLetter(place.key(), place.seq())
                        .orElseThrow()
                        .workflowId())
                .isEqualTo("own:id");
    }
}

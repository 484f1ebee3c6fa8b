package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.failed;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.parked;
import static dev.holdfast.spi.Writes.succeeded;
import static dev.holdfast.spi.Writes.undo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is taken up, and how. */
public interface LoadingContract extends StoreFixture {
    /** As a caller sent it. */
    TraceContext TRACE = new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=1");

    @Test
    default void whatWasRunningWhenItsProcessEndedIsInterrupted() {
        StoreNode former = start();
        WrittenWorkflow fresh = WrittenWorkflow.running(former);
        WrittenWorkflow running = WrittenWorkflow.running(former).commit(intent(0));
        WrittenWorkflow undoing = WrittenWorkflow.running(former).commit(intent(0), undo(1, 0));
        WrittenWorkflow.queued(former);
        WrittenWorkflow.running(former).commit(completed());
        WrittenWorkflow.running(former).commit(failed("no"));
        WrittenWorkflow.running(former).commit(intent(0), parked(0, "no"));
        crash(former.store());
        StoreNode next = start();
        assertThat(next.interrupted(null, 100)).containsExactlyInAnyOrder(fresh.key(), running.key(), undoing.key());
    }

    @Test
    default void interruptedOnesAreReadInPages() {
        StoreNode former = start();
        List<WorkflowKey> all = Stream.generate(
                        () -> WrittenWorkflow.running(former).key())
                .limit(25)
                .toList();
        crash(former.store());
        StoreNode next = start();
        List<WorkflowKey> read = new ArrayList<>();
        List<WorkflowKey> page = next.interrupted(null, 7);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(7);
            read.addAll(page);
            page = next.interrupted(page.getLast(), 7);
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    default void whatIsQueuedIsDueOldestFirst() {
        StoreNode node = start();
        List<WorkflowKey> queued = Stream.generate(
                        () -> WrittenWorkflow.queued(node).key())
                .limit(10)
                .toList();
        WrittenWorkflow.running(node);
        assertThat(node.due(100)).isEqualTo(queued);
        assertThat(node.due(3)).isEqualTo(queued.subList(0, 3));
    }

    @Test
    default void whatIsTakenUpIsNotDueAnyMore() {
        StoreNode node = start();
        WrittenWorkflow running = WrittenWorkflow.queued(node).commit(new WorkflowWrite.Loading(1, 0));
        WrittenWorkflow parked = WrittenWorkflow.queued(node)
                .commit(new WorkflowWrite.Loading(1, 0))
                .commit(parked(-1, "no"));
        WrittenWorkflow ended = WrittenWorkflow.queued(node)
                .commit(new WorkflowWrite.Loading(1, 0))
                .commit(completed());
        assertThat(node.due(100)).isEmpty();
        assertThat(Stream.of(running, parked, ended)
                        .map(workflow -> workflow.summary().status()))
                .containsExactly(WorkflowStatus.RUNNING, WorkflowStatus.DEAD_LETTERED, WorkflowStatus.COMPLETED);
    }

    @Test
    default void whatCannotBeReadIsDueLaterAndNothingElseOfItChanges() {
        StoreNode node = start();
        WrittenWorkflow queued = WrittenWorkflow.queued(node);
        WrittenWorkflow running = WrittenWorkflow.running(node).commit(intent(0));
        WrittenWorkflow waits = WrittenWorkflow.running(node)
                .commit(intent(0))
                .commit(WorkflowWrite.Unloading.waiting(new Wait.Retry("step-0"), Duration.ofHours(2)));
        for (WrittenWorkflow workflow : List.of(queued, running, waits)) {
            node.store().postpone(workflow.key(), Duration.ofHours(1));
        }
        assertThat(node.due(100)).isEmpty();
        assertThat(node.store().due(Duration.ofMinutes(61), 100))
                .extracting(DueWorkflow::key)
                .containsExactly(queued.key());
        assertThat(node.store().due(Duration.ofMinutes(121), 100))
                .extracting(DueWorkflow::key)
                .containsExactly(queued.key(), waits.key());
        assertThat(queued.summary().status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(running.summary().status()).isEqualTo(WorkflowStatus.RUNNING);
        queued.commit(new WorkflowWrite.Loading(1, 0)).commit(completed());
    }

    @Test
    default void anEndMayFollowALoadingAtOnce() {
        StoreNode node = start();
        for (WorkflowWrite end : List.of(completed(), failed("no"), parked(-1, "no"))) {
            WrittenWorkflow workflow = WrittenWorkflow.queued(node).commit(new WorkflowWrite.Loading(1, 0), end);
            assertThat(workflow.log()).hasSize(1);
        }
        assertThat(node.due(10)).isEmpty();
    }

    @Test
    default void aLoadedWorkflowHasAllThatItWasAcceptedWith() {
        StoreNode node = start();
        Instant deadline = Instant.parse("2126-11-30T10:00:00.123456Z");
        WorkflowWrite.Creation creation = new WorkflowWrite.Creation(
                "orders.v-2_x",
                7,
                java.util.Map.of("tenant", "acme"),
                "{\"a\": [1, 2]}".getBytes(UTF_8),
                false,
                TRACE,
                null,
                deadline,
                null);
        WrittenWorkflow workflow = WrittenWorkflow.accepted(node, creation);
        StoredWorkflow loaded = workflow.load();
        assertThat(loaded.key()).isEqualTo(workflow.key());
        assertThat(loaded.id()).isEqualTo(workflow.id());
        assertThat(loaded.definition()).isEqualTo("orders.v-2_x");
        assertThat(loaded.version()).isEqualTo(7);
        assertThat(loaded.input()).asString().isEqualTo("{\"a\": [1, 2]}");
        assertThat(loaded.status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(loaded.trace()).isEqualTo(TRACE);
        assertThat(loaded.deadline()).isEqualTo(deadline);
        assertThat(workflow.summary().deadline()).contains(deadline);
        assertThat(loaded.loads()).isZero();
        assertThat(loaded.loadedSeq()).isZero();
        assertThat(loaded.log()).isEmpty();
        assertThat(loaded.lastSeq()).isZero();
        assertThat(loaded.readAt()).isAfterOrEqualTo(workflow.summary().createdAt());
    }

    @Test
    default void aLoadedWorkflowHasItsWholeLog() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        for (int position = 0; position < 100; position++) {
            workflow.send(intent(position));
            workflow.mailbox().hold(succeeded(position));
        }
        workflow.commit(intent(100));
        StoredWorkflow loaded = workflow.load();
        assertThat(loaded.isWhole()).isTrue();
        assertThat(Writes.texts(loaded.log())).isEqualTo(workflow.texts());
        assertThat(loaded.lastSeq()).isEqualTo(workflow.log().size());
        assertThat(loaded.readAt()).isAfterOrEqualTo(loaded.log().getLast().at());
    }

    @Test
    default void aCallersIdIsLoaded() {
        StoreNode node = start();
        SubmissionResult admitted = node.admit(Writes.submission(KeyedSubmission.ID_SCOPE, "own:id", creation(false)));
        assertThat(node.store().load(List.of(admitted.key())).getFirst().id()).isEqualTo("own:id");
    }

    @Test
    default void theEndedAreLeftOutOfLoading() {
        StoreNode node = start();
        WrittenWorkflow open = WrittenWorkflow.running(node).commit(intent(0));
        WrittenWorkflow other = WrittenWorkflow.queued(node);
        WorkflowKey parked =
                WrittenWorkflow.running(node).commit(intent(0), parked(0, "no")).key();
        List<WorkflowKey> keys = List.of(
                open.key(),
                WrittenWorkflow.running(node).commit(completed()).key(),
                WrittenWorkflow.running(node).commit(failed("no")).key(),
                other.key(),
                parked,
                node.store().newKey());
        assertThat(node.store().load(keys))
                .extracting(StoredWorkflow::key)
                .containsExactlyInAnyOrder(open.key(), other.key(), parked);
    }

    @Test
    default void loadingIsRecordedBesideTheLog() {
        StoreNode former = start();
        WrittenWorkflow first = WrittenWorkflow.running(former).commit(intent(0));
        crash(former.store());
        WrittenWorkflow workflow = first.on(start());
        workflow.send(new WorkflowWrite.Loading(3, 1));
        workflow.commit(intent(0, 2));
        StoredWorkflow loaded = workflow.load();
        assertThat(loaded.loads()).isEqualTo(3);
        assertThat(loaded.loadedSeq()).isEqualTo(1);
        assertThat(loaded.status()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(loaded.log()).hasSize(2);
    }

    @Test
    default void loadingLeavesOneThatUndoesCompensating() {
        StoreNode former = start();
        WrittenWorkflow first = WrittenWorkflow.running(former).commit(intent(0), undo(1, 0));
        crash(former.store());
        WrittenWorkflow workflow = first.on(start()).commit(new WorkflowWrite.Loading(1, 2));
        assertThat(workflow.load().status()).isEqualTo(WorkflowStatus.COMPENSATING);
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.COMPENSATING);
    }

    @Test
    default void whatWasTakenUpIsInterruptedWhenThatProcessEndsToo() {
        StoreNode first = start();
        WrittenWorkflow queued = WrittenWorkflow.queued(first);
        queued.commit(new WorkflowWrite.Loading(1, 0));
        crash(first.store());
        StoreNode second = start();
        assertThat(second.interrupted(null, 10)).containsExactly(queued.key());
        queued.on(second).commit(new WorkflowWrite.Loading(2, 0));
        crash(second.store());
        StoreNode third = start();
        assertThat(third.interrupted(null, 10)).containsExactly(queued.key());
        assertThat(queued.on(third).load().loads()).isEqualTo(2);
    }
}

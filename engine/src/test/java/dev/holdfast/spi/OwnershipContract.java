package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.submission;
import static dev.holdfast.spi.Writes.succeeded;
import static dev.holdfast.spi.Writes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who may write: the owner, and nobody who was it once. */
public interface OwnershipContract extends StoreFixture {
    @Test
    default void aNodeKeepsItsNameAndNumberAndTheEpochGrows() {
        StoreNode first = start();
        int bucket = first.store().newKey().bucket();
        long epoch = first.ownership().epoch(bucket);
        assertThat(first.ownership().leaseHeld()).isTrue();
        first.store().close();
        StoreNode second = start();
        assertThat(second.ownership().node()).isEqualTo(first.ownership().node());
        assertThat(second.ownership().nodeNumber()).isEqualTo(first.ownership().nodeNumber());
        assertThat(second.ownership().epoch(bucket)).isGreaterThan(epoch);
    }

    @Test
    default void aNodeAnnouncesWhatItRuns() {
        StoreNode node = start();
        assertThat(node.store().announcements())
                .containsExactly(new Announcement(new DefinitionVersion("order", 1), true));
        assertThat(node.store().admin().nodes())
                .extracting(NodeSummary::definitions)
                .containsExactly(List.of(new DefinitionVersion("order", 1)));
    }

    @Test
    default void aNodeThatHoldsItsLeaseDoesNotWaitForIt() throws InterruptedException {
        StoreNode node = start();
        node.ownership().awaitLease();
        assertThat(node.lost()).isEmpty();
    }

    @Test
    default void closingEndsTheOwnership() {
        StoreNode node = start();
        int bucket = node.store().newKey().bucket();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        node.store().close();
        assertNoOwner(node, bucket);
        assertThat(Await.failure(workflow.put(intent(1)))).isInstanceOf(OwnershipLostException.class);
        assertThat(Await.failure(workflow.mailbox().create(creation(false))))
                .isInstanceOf(OwnershipLostException.class);
        assertThat(node.lost()).isEmpty();
        assertThat(workflow.on(start()).log()).hasSize(1);
    }

    @Test
    default void closingTwiceIsClosingOnce() {
        StoreNode node = start();
        node.store().close();
        node.store().close();
        assertThat(start().ownership().leaseHeld()).isTrue();
    }

    @Test
    default void aClosedStoreAnswersNoQuestions() {
        StoreNode node = start();
        WorkflowKey key = WrittenWorkflow.running(node).key();
        node.store().close();
        assertThatThrownBy(() -> node.store().find(key)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> node.admit(submission(KeyedSubmission.ID_SCOPE, "late", creation(false))))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    default void whenAStoreClosesEveryFutureEndsAndTellsTheTruth() {
        StoreNode node = start();
        List<WrittenWorkflow> workflows = new ArrayList<>();
        List<List<CompletableFuture<Void>>> futures = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            WrittenWorkflow workflow = WrittenWorkflow.running(node);
            List<CompletableFuture<Void>> puts = new ArrayList<>();
            for (int position = 0; position < 20; position++) {
                puts.add(workflow.put(intent(position)));
            }
            workflows.add(workflow);
            futures.add(puts);
        }
        node.store().close();
        StoreNode next = start();
        for (int i = 0; i < workflows.size(); i++) {
            assertThat(workflows.get(i).on(next).log()).hasSize(writtenOf(futures.get(i)));
        }
    }

    @Test
    default void whenAStoreClosesWhatIsHeldEndsToo() {
        StoreNode node = start();
        List<CompletableFuture<Void>> held = new ArrayList<>();
        try (ExecutorService closer = Executors.newSingleThreadExecutor()) {
            held.add(WrittenWorkflow.fresh(node).mailbox().create(creation(true)));
            Future<?> closed = closer.submit(() -> node.store().close());
            while (!closed.isDone()) {
                held.add(WrittenWorkflow.fresh(node).mailbox().create(creation(true)));
            }
        } catch (OwnershipLostException e) {
            assertThat(held).isNotEmpty();
        }
        for (CompletableFuture<Void> future : held) {
            Await.until("the future ends", future::isDone);
        }
    }

    /** How many were written: the first ones. */
    private static int writtenOf(List<CompletableFuture<Void>> futures) {
        int written = 0;
        for (CompletableFuture<Void> future : futures) {
            Await.until("the future ends", future::isDone);
            if (future.isCompletedExceptionally()) {
                assertThat(Await.failure(future)).isInstanceOf(OwnershipLostException.class);
            } else {
                written++;
            }
        }
        assertThat(futures.subList(0, written)).noneMatch(CompletableFuture::isCompletedExceptionally);
        return written;
    }

    @Test
    default void afterACrashWhatWasCommittedIsThere() {
        StoreNode node = start();
        WrittenWorkflow running = WrittenWorkflow.running(node).commit(intent(0));
        running.mailbox().hold(succeeded(0));
        running.commit(intent(1));
        WrittenWorkflow queued = WrittenWorkflow.queued(node);
        WrittenWorkflow ended = WrittenWorkflow.running(node).commit(completed());
        List<String> before = running.texts();
        crash(node.store());
        StoreNode next = start();
        assertThat(running.on(next).texts()).isEqualTo(before);
        assertThat(queued.on(next).summary().status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(ended.on(next).summary().status()).isEqualTo(WorkflowStatus.COMPLETED);
        running.on(next).commit(completed());
    }

    @Test
    default void afterATakeOverTheFormerOwnerCanWriteNothing() {
        StoreNode former = start();
        int bucket = former.store().newKey().bucket();
        WrittenWorkflow workflow = WrittenWorkflow.running(former).commit(intent(0));
        StoreNode next = takeOver(former);
        workflow.mailbox().hold(succeeded(0));
        assertThat(Await.failure(workflow.put(intent(1)))).isInstanceOf(OwnershipLostException.class);
        assertThatThrownBy(() -> WrittenWorkflow.fresh(former)).isInstanceOf(OwnershipLostException.class);
        assertThat(workflow.on(next).log()).hasSize(1);
        Await.until("the listener is told", () -> !former.lost().isEmpty());
        assertNoOwner(former, bucket);
        workflow.on(next).commit(intent(1), completed());
        assertThat(former.lost()).hasSize(1);
    }

    @Test
    default void whatWasPutInBeforeATakeOverIsWrittenWhollyOrNotAtAll() {
        StoreNode former = start();
        List<WrittenWorkflow> workflows = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            workflows.add(WrittenWorkflow.running(former));
        }
        CountDownLatch busy = new CountDownLatch(workflows.size());
        try (ExecutorService threads = Executors.newFixedThreadPool(workflows.size())) {
            List<Future<List<String>>> written = workflows.stream()
                    .map(workflow -> threads.submit(() -> writeUntilLost(workflow, busy)))
                    .toList();
            awaitUninterrupted(busy);
            StoreNode next = takeOver(former);
            List<List<String>> seen = workflows.stream()
                    .map(workflow -> workflow.on(next).texts())
                    .toList();
            for (int i = 0; i < workflows.size(); i++) {
                List<String> confirmed = Await.done(written.get(i));
                // The last one may have been written without its writer having heard of it, nothing more.
                assertThat(seen.get(i)).startsWith(confirmed.toArray(String[]::new));
                assertThat(seen.get(i).size() - confirmed.size()).isBetween(0, 1);
                assertThat(workflows.get(i).on(next).texts()).isEqualTo(seen.get(i));
            }
        }
    }

    /** What was confirmed. */
    private static List<String> writeUntilLost(WrittenWorkflow workflow, CountDownLatch busy) {
        List<String> confirmed = new ArrayList<>();
        for (int position = 0; ; position++) {
            HistoryEvent.Intent intent = intent(position);
            CompletableFuture<Void> future = workflow.put(intent);
            Await.until("the future ends", future::isDone);
            if (future.isCompletedExceptionally()) {
                assertThat(Await.failure(future)).isInstanceOf(OwnershipLostException.class);
                return confirmed;
            }
            confirmed.add(text(intent));
            if (position == 5) {
                busy.countDown();
            }
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        Await.until("all threads write", () -> latch.getCount() == 0);
    }

    @Test
    default void aKeyedSubmissionByAFormerOwnerIsNotStranded() {
        StoreNode former = start();
        StoreNode next = takeOver(former);
        try {
            SubmissionResult admitted = former.admit(submission(KeyedSubmission.ID_SCOPE, "late", creation(true)));
            // It cannot run where it was accepted, so the owner must find it.
            assertThat(next.due(10)).containsExactly(admitted.key());
        } catch (StoreUnavailableException e) {
            assertThat(next.store().locate("late")).isEmpty();
        }
    }

    private static void assertNoOwner(StoreNode node, int bucket) {
        assertThat(node.ownership().leaseHeld()).isFalse();
        assertThatThrownBy(() -> node.ownership().epoch(bucket)).isInstanceOf(OwnershipLostException.class);
        assertThatThrownBy(() -> node.ownership().awaitLease()).isInstanceOf(OwnershipLostException.class);
    }
}

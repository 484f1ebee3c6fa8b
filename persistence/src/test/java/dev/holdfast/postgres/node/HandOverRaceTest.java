package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Submission;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.StoreWith;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Buckets come and go in the moment between the reading of a workflow and its start. */
@Timeout(90)
class HandOverRaceTest {
    private static final String COUNTED = "select uid || ' ' || loads from public.counted";

    /** The failed workflow is left out, because no node runs it. */
    private static final String OCCUPIED = """
            select distinct bucket::text from holdfast.open_workflow o where status = 'RUNNING'
                and not exists (select from holdfast.log l where l.uid = o.uid and l.outcome_state > 0)""";

    /** The next answer to node a, of what it wants to take up, is kept here. */
    private final AtomicBoolean armed = new AtomicBoolean();

    /** The next read of what was running fails. */
    private final AtomicBoolean failing = new AtomicBoolean();

    private final CountDownLatch read = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger inboxPolls = new AtomicInteger();

    /** The results of submissions to node a reach its engine when this is done. */
    private volatile CompletableFuture<Void> admissions = CompletableFuture.completedFuture(null);

    @RegisterExtension
    private final BalanceFixture fixture = new BalanceFixture(Map.of("a", this::holdBack));

    private @Nullable Object holdBack(String method, StoreWith.Call real) throws Exception {
        if (method.equals("interrupted") && failing.compareAndSet(true, false)) {
            throw new IllegalStateException("a test");
        }
        Object answer = real.ask();
        if (method.equals("load") && armed.compareAndSet(true, false)) {
            read.countDown();
            go.await();
        }
        polls.addAndGet(method.equals("due") ? 1 : 0);
        inboxPolls.addAndGet(method.equals("inbox") ? 1 : 0);
        admitted.addAndGet(method.equals("admit") ? 1 : 0);
        return answer instanceof CompletableFuture<?> result && method.equals("admit")
                ? result.thenCombine(admissions, (value, nothing) -> value)
                : answer;
    }

    @AfterEach
    void close() {
        go.countDown();
        admissions.complete(null);
    }

    /** Its bucket is to go while the result of the submission is on its way to the engine. */
    @Test
    void anAdmittedWorkflowIsStartedBeforeItsBucketGoes() {
        Future<String> submitted = submitHeldBack(BalanceFixture.DEFINITION, 1);
        fixture.share("b", BalanceFixture.BUCKETS);
        Await.until("b owns the other buckets", () -> fixture.owned("b") >= BalanceFixture.BUCKETS - 1);
        admissions.complete(null);
        requireRanOnce(Await.done(submitted));
        fixture.awaitOwned("b", BalanceFixture.BUCKETS);
    }

    /** The caller knows the id before the engine has the result. */
    @Test
    void aCancelBetweenTheAcceptanceAndTheStartWaitsForTheStart() {
        Future<String> submitted = submitHeldBack(BalanceFixture.GATED, 0);
        fixture.engine("b").admin().cancel("own", ActionOptions.because("test"), Duration.ZERO);
        int before = inboxPolls.get();
        Await.until("a has read its inbox", () -> inboxPolls.get() > before + 2);
        admissions.complete(null);
        String id = Await.done(submitted);
        Await.until("it is cancelled", () -> status(id) == WorkflowStatus.CANCELLED);
        assertThat(fixture.rows(COUNTED)).as("counted as crashes").isEmpty();
    }

    private Future<String> submitHeldBack(Definition<Integer, Integer> definition, int input) {
        admissions = new CompletableFuture<>();
        Future<String> submitted = CompletableFuture.supplyAsync(() -> fixture.engine("a")
                .submit(definition, input, Submission.id("own"))
                .id());
        Await.until(
                "it is committed",
                () -> !fixture.rows("select uid::text from holdfast.workflow").isEmpty());
        return submitted;
    }

    private void requireRanOnce(String id) {
        Await.until("it completes", () -> status(id) == WorkflowStatus.COMPLETED);
        assertThat(fixture.rows(COUNTED)).as("counted as crashes").isEmpty();
        assertThat(fixture.calls.values())
                .hasSize(BalanceFixture.STEPS)
                .allSatisfy(times -> assertThat(times).hasValue(1));
    }

    /** Another node has run it meanwhile, so what was read is old. */
    @Test
    void rowsReadUnderAFormerOwnershipAreReadAgain() {
        armed.set(true);
        // The accepting node does not own the bucket, so its owner finds it.
        String id = fixture.engine("b")
                .submit(BalanceFixture.GATED, 0, Submission.key("k"))
                .id();
        Await.until("a has read it", () -> read.getCount() == 0);
        moveAllTo("b");
        Await.until("b has run it", () -> status(id) == WorkflowStatus.WAITING);
        moveAllTo("a");
        passOn();
        assertThat(status(id)).isEqualTo(WorkflowStatus.WAITING);
        assertThat(fixture.rows(COUNTED)).as("counted as crashes").isEmpty();
        assertThat(fixture.calls.values())
                .hasSize(1)
                .allSatisfy(times -> assertThat(times).hasValue(1));
    }

    /** It was running when its process ended, so no row says that it is due. */
    @Test
    void runningWorkflowsAreLoadedInABucketThatIsKept() {
        String id = runningWithoutAnOwner();
        armed.set(true);
        fixture.share("a", BalanceFixture.BUCKETS);
        Await.until("a has read it", () -> read.getCount() == 0);
        fixture.awaitOwned("a", BalanceFixture.BUCKETS);
        occupyAllBuckets();
        fixture.shareNothingOf("a");
        passOn();
        fixture.share("a", BalanceFixture.BUCKETS);
        Await.until("it was taken up, and waits again", () -> status(id) == WorkflowStatus.WAITING);
        assertThat(fixture.owned("a")).isEqualTo(BalanceFixture.BUCKETS);
    }

    @Test
    void runningWorkflowsAreLoadedAfterAReadThatFailed() {
        String id = runningWithoutAnOwner();
        failing.set(true);
        moveAllTo("a");
        Await.until("it was taken up, and waits again", () -> status(id) == WorkflowStatus.WAITING);
        assertThat(failing).isFalse();
        String next = fixture.engine("a").submit(BalanceFixture.DEFINITION, 1).id();
        Await.until("new workflows start", () -> status(next) == WorkflowStatus.COMPLETED);
    }

    /** The claim is that of a submission by the same id, which only joins. */
    @Test
    void runningWorkflowsAreLoadedAfterAnotherClaimIsGivenBack() {
        String id = runningWithoutAnOwner();
        admissions = new CompletableFuture<>();
        Future<Void> joined = CompletableFuture.runAsync(
                () -> fixture.engine("a").submit(BalanceFixture.GATED, 0, Submission.id(id)));
        Await.until("the submission has claimed it", () -> admitted.get() > 0);
        moveAllTo("a");
        awaitPolls();
        admissions.complete(null);
        Await.done(joined);
        Await.until("it was taken up, and waits again", () -> status(id) == WorkflowStatus.WAITING);
    }

    /** A workflow as a crash leaves it, in a bucket that no node owns. */
    private String runningWithoutAnOwner() {
        String id = fixture.engine("a").submit(BalanceFixture.GATED, 0).id();
        Await.until("it waits", () -> status(id) == WorkflowStatus.WAITING);
        fixture.shareNothing();
        fixture.execute("update holdfast.open_workflow set status = 'RUNNING', due = null");
        return id;
    }

    /** Returns when the node has handled what it had read, and polls again. */
    private void passOn() {
        go.countDown();
        awaitPolls();
    }

    private void awaitPolls() {
        int before = polls.get();
        Await.until("a polls again", () -> polls.get() > before + 1);
    }

    private void moveAllTo(String node) {
        fixture.share(node, BalanceFixture.BUCKETS);
        fixture.awaitOwned(node, BalanceFixture.BUCKETS);
    }

    private void occupyAllBuckets() {
        Await.until("a writer is inside each", () -> {
            fixture.engine("a").submit(BalanceFixture.GATED, 1);
            return fixture.rows(OCCUPIED).size() == BalanceFixture.BUCKETS;
        });
    }

    private WorkflowStatus status(String id) {
        return fixture.engine("b").admin().find(id).status();
    }
}

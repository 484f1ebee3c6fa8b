package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.submission;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.admin.WorkflowSummary.Waiting;
import dev.holdfast.spi.HistoryEvent.ChildStarted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What readers see of children and branches: parents, children in pages, and all the waits of a workflow. */
public interface FamilyContract extends StoreFixture {
    private static Position call(int index) {
        return new Position("0.1", index);
    }

    /** Starts another workflow at this call; it has no mailbox yet. */
    private static WorkflowKey start(StoreNode node, WrittenWorkflow parent, String definition, int at, boolean waits) {
        WorkflowKey key = node.store().newKey();
        WorkflowWrite.Creation creation = new WorkflowWrite.Creation(
                definition,
                1,
                Map.of(),
                "{}".getBytes(UTF_8),
                false,
                null,
                null,
                null,
                new ParentCall(parent.key(), call(at), waits));
        parent.commit(new ChildStarted(call(at), definition, key, node.store().idOf(key), waits, creation));
        return key;
    }

    private static WrittenWorkflow written(StoreNode node, WorkflowKey key) {
        return new WrittenWorkflow(node.store(), key, node.store().mailbox(key, 0));
    }

    private static WorkflowSummary summary(StoreNode node, WorkflowKey key) {
        return node.store().find(key).orElseThrow();
    }

    private static List<String> ids(StoreNode node, WorkflowFilter filter) {
        List<String> ids = new ArrayList<>();
        Page<WorkflowSummary> page = node.store().admin().list(filter);
        page.items().forEach(item -> ids.add(item.id()));
        while (page.next().isPresent()) {
            assertThat(page.items()).hasSize(filter.limit());
            page = node.store().admin().list(filter.from(page.next().orElseThrow()));
            page.items().forEach(item -> ids.add(item.id()));
        }
        return ids;
    }

    @Test
    default void aChildNamesTheCallOfItsParent() {
        StoreNode node = start();
        WrittenWorkflow parent = WrittenWorkflow.running(node);
        assertThat(parent.summary().hasChildren()).isFalse();
        WorkflowKey child = start(node, parent, "ship", 2, true);

        assertThat(summary(node, child).parent()).contains(new WorkflowSummary.Parent(parent.id(), "0.1", 2));
        assertThat(summary(node, child).startedBy()).isEmpty();
        assertThat(summary(node, child).hasChildren()).isFalse();
        assertThat(parent.summary().hasChildren()).isTrue();
        assertThat(parent.summary().parent()).isEmpty();
        assertThat(parent.summary().startedBy()).isEmpty();
    }

    @Test
    default void whatNobodyWaitsForIsNoChild() {
        StoreNode node = start();
        WrittenWorkflow starter = WrittenWorkflow.running(node);
        WorkflowKey started = start(node, starter, "survey", 0, false);

        assertThat(summary(node, started).startedBy()).contains(starter.id());
        assertThat(summary(node, started).parent()).isEmpty();
        assertThat(starter.summary().hasChildren()).isFalse();
        assertThat(ids(node, WorkflowFilter.newest(5).parent(starter.id()))).isEmpty();
    }

    @Test
    default void aParentIsKnownByTheIdThatItsSubmitterChose() {
        StoreNode node = start();
        SubmissionResult admitted = node.admit(submission(KeyedSubmission.ID_SCOPE, "order-7", creation(true)));
        WrittenWorkflow parent =
                new WrittenWorkflow(node.store(), admitted.key(), Objects.requireNonNull(admitted.mailbox()));
        WorkflowKey child = start(node, parent, "ship", 0, true);
        WorkflowKey survey = start(node, parent, "survey", 1, false);

        assertThat(summary(node, child).parent().orElseThrow().id()).isEqualTo("order-7");
        assertThat(summary(node, survey).startedBy()).contains("order-7");
        assertThat(ids(node, WorkflowFilter.newest(5).parent("order-7")))
                .containsExactly(parent.store().idOf(child));
    }

    @Test
    default void childrenAreListedInPagesTheNewestFirst() {
        StoreNode node = start();
        WrittenWorkflow parent = WrittenWorkflow.running(node);
        WrittenWorkflow other = WrittenWorkflow.running(node);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            expected.add(node.store().idOf(start(node, parent, "ship", 2 * i, true)));
            start(node, other, "ship", i, true);
            start(node, parent, "survey", 2 * i + 1, false);
        }
        for (int limit : List.of(1, 2, 6, 7, 50)) {
            assertThat(ids(node, WorkflowFilter.newest(limit).parent(parent.id())))
                    .as("%d a page", limit)
                    .isEqualTo(expected.reversed());
        }
    }

    @Test
    default void otherFiltersRestrictChildren() {
        StoreNode node = start();
        WrittenWorkflow parent = WrittenWorkflow.running(node);
        WorkflowKey ships = start(node, parent, "ship", 0, true);
        WorkflowKey ended = start(node, parent, "pay", 1, true);
        WorkflowKey waits = start(node, parent, "pay", 2, true);
        written(node, ended).commit(completed());
        written(node, waits).commit(intent(0)).commit(WorkflowWrite.Unloading.waiting(new Wait.Signal("go"), null));

        WorkflowFilter children = WorkflowFilter.newest(1).parent(parent.id());
        assertThat(ids(node, children.type("ship")))
                .containsExactly(node.store().idOf(ships));
        assertThat(ids(node, children.statuses(WorkflowStatus.COMPLETED)))
                .containsExactly(node.store().idOf(ended));
        assertThat(ids(node, children.statuses(WorkflowStatus.QUEUED, WorkflowStatus.WAITING)))
                .containsExactly(node.store().idOf(waits), node.store().idOf(ships));
        assertThat(ids(node, children.waitingFor("signal")))
                .containsExactly(node.store().idOf(waits));
        assertThat(ids(node, children.waitingFor("signal:go")))
                .containsExactly(node.store().idOf(waits));
        assertThat(ids(node, children.waitingFor("signal:stop"))).isEmpty();
        assertThat(ids(node, children.label("tenant", "acme"))).isEmpty();
        assertThat(ids(node, children.after(Instant.parse("9999-12-31T23:59:59Z"))))
                .isEmpty();
        assertThat(ids(node, children.before(Instant.parse("1999-12-31T23:59:59Z"))))
                .isEmpty();
    }

    @Test
    default void anUnknownParentHasNoChildren() {
        StoreNode node = start();
        String generated = WrittenWorkflow.running(node).id();
        String never = generated.substring(0, generated.length() - 1) + (generated.endsWith("0") ? "1" : "0");
        for (String id : List.of("nobody", generated, never)) {
            assertThat(node.store().admin().list(WorkflowFilter.newest(5).parent(id)))
                    .as(id)
                    .isEqualTo(new Page<>(List.of(), Optional.empty()));
        }
    }

    @Test
    default void aDeadLetterNamesItsBranchAndTheNumberOfItsStep() {
        StoreNode node = start();
        HistoryEvent.Parked parked = new HistoryEvent.Parked(new ParkingReason(
                DeadLetter.Cause.NON_RETRYABLE,
                "ship",
                call(2),
                1,
                null,
                1,
                new Failure("java.io.IOException", "closed"),
                ""));
        WrittenWorkflow inBranch = WrittenWorkflow.running(node).commit(parked);
        WrittenWorkflow inMain = WrittenWorkflow.running(node).commit(Writes.parked(0, "no"));
        assertThat(letter(node, inBranch))
                .extracting(DeadLetter::branch, DeadLetter::position)
                .containsExactly("0.1", 1);
        assertThat(letter(node, inMain))
                .extracting(DeadLetter::branch, DeadLetter::position)
                .containsExactly("", 0);
    }

    private static DeadLetter letter(StoreNode node, WrittenWorkflow workflow) {
        return node.store().admin().deadLetter(workflow.key(), 1).orElseThrow();
    }

    private static WrittenWorkflow waiting(StoreNode node, List<Wait> waits) {
        return WrittenWorkflow.running(node)
                .commit(intent(0))
                .commit(WorkflowWrite.Unloading.waiting(waits, Duration.ofDays(1)));
    }

    private static List<String> waitingFor(StoreNode node, String wait) {
        return ids(node, WorkflowFilter.newest(2).waitingFor(wait));
    }

    @Test
    default void aWorkflowIsFoundByEachOfItsWaits() {
        StoreNode node = start();
        WrittenWorkflow many = waiting(
                node,
                List.of(
                        new Wait.Signal("go"),
                        new Wait.Signal("stop"),
                        new Wait.Timer(),
                        new Wait.Retry("a:b"),
                        new Wait.Child("ship"),
                        Wait.Child.ANY));
        String one = waiting(node, List.of(new Wait.Signal("stop"))).id();
        String parent =
                waiting(node, List.of(new Wait.Child("ship"), Wait.Child.ANY)).id();
        waiting(node, List.of(new Wait.Signal("else"), new Wait.Retry("c")));

        Optional<Instant> until = many.summary().waitingFor().orElseThrow().until();
        assertThat(until).isPresent();
        assertThat(many.summary().waits())
                .containsExactly(
                        new Waiting("signal", "go", until),
                        new Waiting("signal", "stop", until),
                        new Waiting("timer", "", until),
                        new Waiting("retry", "a:b", until),
                        new Waiting("child", "ship", until));
        assertThat(many.summary().waitingFor()).contains(new Waiting("signal", "go", until));
        assertThat(waitingFor(node, "signal:go")).containsExactly(many.id());
        assertThat(waitingFor(node, "signal:stop")).containsExactly(one, many.id());
        assertThat(waitingFor(node, "timer")).containsExactly(many.id());
        assertThat(waitingFor(node, "retry:a:b")).containsExactly(many.id());
        assertThat(waitingFor(node, "retry:a")).isEmpty();
        assertThat(waitingFor(node, "child")).containsExactly(parent, many.id());
        assertThat(waitingFor(node, "child:ship")).containsExactly(parent, many.id());
        assertThat(waitingFor(node, "child:pay")).isEmpty();
        assertThat(waitingFor(node, "version")).isEmpty();
        many.on(node).commit(new WorkflowWrite.Loading(1, 1));
        assertThat(waitingFor(node, "signal:stop")).containsExactly(one);
    }

    @Test
    default void pagesHaveEachOnceWhateverWaitIsFirst() {
        StoreNode node = start();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            List<Wait> waits = new ArrayList<>(List.of(new Wait.Signal(i % 2 == 0 ? "a" : "b")));
            if (i % 3 != 0) {
                waits.add(new Wait.Signal(i % 3 == 1 ? "a" : "b"));
            }
            String id = waiting(node, waits).id();
            if (waits.contains(new Wait.Signal("b"))) {
                expected.add(id);
            }
        }
        for (int limit : List.of(1, 2, 3, 10)) {
            assertThat(ids(node, WorkflowFilter.newest(limit).waitingFor("signal:b")))
                    .as("%d a page", limit)
                    .isEqualTo(expected.reversed());
        }
        assertThat(ids(node, WorkflowFilter.newest(3).waitingFor("signal"))).hasSize(24);
    }

    @Test
    default void moreThanAreKeptAreKnownByTheirKinds() {
        StoreNode node = start();
        List<Wait> waits = new ArrayList<>(List.of(new Wait.Signal("x")));
        IntStream.range(0, 200).forEach(number -> waits.add(new Wait.Child("c-" + number)));
        waits.add(Wait.Child.ANY);
        WrittenWorkflow many = waiting(node, waits);
        assertThat(many.summary().waits())
                .extracting(Waiting::kind, Waiting::name)
                .containsExactly(tuple("signal", ""), tuple("child", ""));
        assertThat(waitingFor(node, "signal")).containsExactly(many.id());
        assertThat(waitingFor(node, "child")).containsExactly(many.id());
        assertThat(waitingFor(node, "child:c-7")).isEmpty();
    }
}

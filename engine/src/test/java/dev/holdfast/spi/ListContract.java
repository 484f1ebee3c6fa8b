package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.failed;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.labelled;
import static dev.holdfast.spi.Writes.parked;
import static dev.holdfast.spi.Writes.undo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lists: filters, order, pages. */
public interface ListContract extends StoreFixture {
    private static WorkflowFilter byType(String type) {
        return WorkflowFilter.newest(50).type(type);
    }

    private static WorkflowFilter byStatus(WorkflowStatus... statuses) {
        return WorkflowFilter.newest(50).statuses(statuses);
    }

    private static WorkflowFilter byLabels(Map<String, String> labels) {
        WorkflowFilter filter = WorkflowFilter.newest(50);
        for (Map.Entry<String, String> label : labels.entrySet()) {
            filter = filter.label(label.getKey(), label.getValue());
        }
        return filter;
    }

    private static WorkflowFilter byTime(Optional<Instant> after, Optional<Instant> before) {
        WorkflowFilter all = WorkflowFilter.newest(50);
        WorkflowFilter later = after.map(all::after).orElse(all);
        return before.map(later::before).orElse(later);
    }

    private static List<String> ids(StoreNode node, WorkflowFilter filter) {
        Page<WorkflowSummary> page = node.store().admin().list(filter);
        assertThat(page.next()).isEmpty();
        return page.items().stream().map(WorkflowSummary::id).toList();
    }

    /** Follows the cursors; {@code between} happens before each next page. */
    private static List<WorkflowSummary> allPages(Store store, WorkflowFilter filter, Runnable between) {
        List<WorkflowSummary> all = new ArrayList<>();
        Page<WorkflowSummary> page = store.admin().list(filter);
        all.addAll(page.items());
        while (page.next().isPresent()) {
            assertThat(page.items()).hasSize(filter.limit());
            between.run();
            page = store.admin().list(filter.from(page.next().orElseThrow()));
            all.addAll(page.items());
        }
        return all;
    }

    private static List<String> accept(StoreNode node, int count) {
        return Stream.generate(() -> WrittenWorkflow.queued(node).id())
                .limit(count)
                .toList();
    }

    @Test
    default void anEmptyStoreListsNothing() {
        assertThat(start().store().admin().list(WorkflowFilter.newest(50)))
                .isEqualTo(new Page<>(List.of(), Optional.empty()));
    }

    @Test
    default void theNewestComeFirst() {
        StoreNode node = start();
        List<String> ids = accept(node, 10);
        assertThat(ids(node, WorkflowFilter.newest(50))).isEqualTo(ids.reversed());
    }

    @Test
    default void pagesHaveAllOfThemOnce() {
        StoreNode node = start();
        List<String> ids = accept(node, 11);
        for (int limit : List.of(1, 3, 5, 10, 11, 12)) {
            assertThat(allPages(node.store(), WorkflowFilter.newest(limit), () -> {}))
                    .extracting(WorkflowSummary::id)
                    .isEqualTo(ids.reversed());
        }
    }

    @Test
    default void theLastPageHasNoCursor() {
        StoreNode node = start();
        accept(node, 4);
        Page<WorkflowSummary> first = node.store().admin().list(WorkflowFilter.newest(2));
        Page<WorkflowSummary> second = node.store()
                .admin()
                .list(WorkflowFilter.newest(2).from(first.next().orElseThrow()));
        assertThat(second.items()).hasSize(2);
        assertThat(second.next()).isEmpty();
    }

    @Test
    default void whatIsAcceptedMeanwhileDoesNotDisturbThePages() {
        StoreNode node = start();
        List<String> ids = accept(node, 9);
        assertThat(allPages(node.store(), WorkflowFilter.newest(2), () -> accept(node, 1)))
                .extracting(WorkflowSummary::id)
                .isEqualTo(ids.reversed());
    }

    @Test
    default void manyAcceptedAtOnceAreListedInOneOrder() {
        StoreNode node = start();
        List<WrittenWorkflow> workflows =
                Stream.generate(() -> WrittenWorkflow.fresh(node)).limit(200).toList();
        var accepted = workflows.stream()
                .map(workflow -> workflow.mailbox().create(Writes.creation(false)))
                .toList();
        accepted.forEach(dev.holdfast.engine.Await::done);
        List<WorkflowSummary> all = allPages(node.store(), WorkflowFilter.newest(7), () -> {});
        assertThat(all)
                .extracting(WorkflowSummary::id)
                .containsExactlyInAnyOrderElementsOf(
                        workflows.stream().map(WrittenWorkflow::id).toList());
        assertThat(all).extracting(WorkflowSummary::createdAt).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    default void aTypeFilters() {
        StoreNode node = start();
        String orders =
                WrittenWorkflow.accepted(node, labelled("orders", Map.of())).id();
        String refunds =
                WrittenWorkflow.accepted(node, labelled("refunds", Map.of())).id();
        assertThat(ids(node, byType("orders"))).containsExactly(orders);
        assertThat(ids(node, byType("refunds"))).containsExactly(refunds);
        assertThat(ids(node, byType("order"))).isEmpty();
    }

    @Test
    default void everyStatusFilters() {
        StoreNode node = start();
        Map<WorkflowStatus, String> ids = new EnumMap<>(WorkflowStatus.class);
        ids.put(WorkflowStatus.QUEUED, WrittenWorkflow.queued(node).id());
        ids.put(
                WorkflowStatus.RUNNING,
                WrittenWorkflow.running(node).commit(intent(0)).id());
        ids.put(
                WorkflowStatus.COMPENSATING,
                WrittenWorkflow.running(node).commit(intent(0), undo(1, 0)).id());
        ids.put(
                WorkflowStatus.DEAD_LETTERED,
                WrittenWorkflow.running(node).commit(intent(0), parked(0, "no")).id());
        ids.put(
                WorkflowStatus.COMPLETED,
                WrittenWorkflow.running(node).commit(completed()).id());
        ids.put(
                WorkflowStatus.FAILED,
                WrittenWorkflow.running(node).commit(intent(0), failed("no")).id());
        ids.put(
                WorkflowStatus.CANCELLED,
                WrittenWorkflow.running(node)
                        .commit(new HistoryEvent.Ended(WorkflowStatus.CANCELLED, new byte[0]))
                        .id());
        for (WorkflowStatus status : WorkflowStatus.values()) {
            List<String> expected = ids.containsKey(status) ? List.of(ids.get(status)) : List.of();
            assertThat(ids(node, byStatus(status))).as("%s", status).isEqualTo(expected);
        }
        assertThat(ids(node, byStatus(WorkflowStatus.FAILED, WorkflowStatus.QUEUED)))
                .containsExactly(ids.get(WorkflowStatus.FAILED), ids.get(WorkflowStatus.QUEUED));
    }

    @Test
    default void aStatusFiltersOverPages() {
        StoreNode node = start();
        List<String> completed = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            WrittenWorkflow workflow = WrittenWorkflow.running(node);
            if (i % 3 == 0) {
                completed.add(workflow.commit(completed()).id());
            }
        }
        WorkflowFilter filter = WorkflowFilter.newest(2).statuses(WorkflowStatus.COMPLETED);
        assertThat(allPages(node.store(), filter, () -> {}))
                .extracting(WorkflowSummary::id)
                .isEqualTo(completed.reversed());
    }

    @Test
    default void allLabelsFilter() {
        StoreNode node = start();
        String both = WrittenWorkflow.accepted(node, labelled("orders", Map.of("tenant", "acme", "tier", "gold")))
                .id();
        String one = WrittenWorkflow.accepted(node, labelled("orders", Map.of("tenant", "acme")))
                .id();
        WrittenWorkflow.accepted(node, labelled("orders", Map.of("tenant", "other")));
        assertThat(ids(node, byLabels(Map.of("tenant", "acme")))).containsExactly(one, both);
        assertThat(ids(node, byLabels(Map.of("tenant", "acme", "tier", "gold"))))
                .containsExactly(both);
        assertThat(ids(node, byLabels(Map.of("tier", "acme")))).isEmpty();
        assertThat(ids(node, byLabels(Map.of("tenant", "%")))).isEmpty();
    }

    @Test
    default void timesFilterFromInclusiveToExclusive() {
        StoreNode node = start();
        List<WrittenWorkflow> workflows =
                Stream.generate(() -> WrittenWorkflow.queued(node)).limit(3).toList();
        Instant middle = workflows.get(1).summary().createdAt();
        List<String> newestFirst =
                workflows.reversed().stream().map(WrittenWorkflow::id).toList();
        assertThat(ids(node, byTime(Optional.of(middle), Optional.empty()))).isEqualTo(newestFirst.subList(0, 2));
        assertThat(ids(node, byTime(Optional.empty(), Optional.of(middle)))).isEqualTo(newestFirst.subList(2, 3));
        assertThat(ids(node, byTime(Optional.of(middle), Optional.of(middle)))).isEmpty();
        Instant longAgo = Instant.parse("1900-01-01T00:00:00Z");
        Instant farAway = Instant.parse("9999-12-31T23:59:59Z");
        assertThat(ids(node, byTime(Optional.of(longAgo), Optional.of(farAway))))
                .isEqualTo(newestFirst);
        assertThat(ids(node, byTime(Optional.empty(), Optional.of(longAgo)))).isEmpty();
        assertThat(ids(node, byTime(Optional.of(farAway), Optional.empty()))).isEmpty();
    }

    private static WorkflowFilter byWait(String wait) {
        return WorkflowFilter.newest(50).waitingFor(wait);
    }

    private static String waiting(StoreNode node, Wait wait) {
        return WrittenWorkflow.running(node)
                .commit(intent(0))
                .commit(WorkflowWrite.Unloading.waiting(wait, Duration.ofDays(1)))
                .id();
    }

    @Test
    default void aWaitFiltersByKindAndName() {
        StoreNode node = start();
        String retries = waiting(node, new Wait.Retry("charge"));
        String sleeps = waiting(node, new Wait.Timer());
        String goes = waiting(node, new Wait.Signal("go"));
        String stops = waiting(node, new Wait.Signal("go.on"));
        String waits = waiting(node, new Wait.Version("pay", 2));
        String compensates = WrittenWorkflow.running(node)
                .commit(intent(0), undo(1, 0))
                .commit(WorkflowWrite.Unloading.waiting(new Wait.Signal("go"), null))
                .id();
        WrittenWorkflow.queued(node);
        WrittenWorkflow.running(node).commit(intent(0));
        WrittenWorkflow.running(node).commit(completed());
        assertThat(ids(node, byWait("retry"))).containsExactly(retries);
        assertThat(ids(node, byWait("retry:charge"))).containsExactly(retries);
        assertThat(ids(node, byWait("retry:charg"))).isEmpty();
        assertThat(ids(node, byWait("timer"))).containsExactly(sleeps);
        assertThat(ids(node, byWait("signal"))).containsExactly(compensates, stops, goes);
        assertThat(ids(node, byWait("signal:go"))).containsExactly(compensates, goes);
        assertThat(ids(node, byWait("signal:go.on"))).containsExactly(stops);
        assertThat(ids(node, byWait("signal:GO"))).isEmpty();
        assertThat(ids(node, byWait("version:pay/2"))).containsExactly(waits);
        assertThat(ids(node, byWait("signal").statuses(WorkflowStatus.WAITING))).containsExactly(stops, goes);
        assertThat(ids(node, byWait("signal").statuses(WorkflowStatus.COMPLETED)))
                .isEmpty();
        assertThat(ids(node, byWait("signal").statuses(WorkflowStatus.DEAD_LETTERED)))
                .isEmpty();
        assertThat(ids(node, byWait("signal").type("nobody's"))).isEmpty();
        assertThat(ids(node, byWait("signal").after(Instant.parse("9999-12-31T23:59:59Z"))))
                .isEmpty();
    }

    @Test
    default void aWaitFiltersOverPages() {
        StoreNode node = start();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = waiting(node, new Wait.Signal(i % 2 == 0 ? "a" : "b"));
            if (i % 2 == 1) {
                expected.add(id);
            }
        }
        assertThat(allPages(node.store(), WorkflowFilter.newest(3).waitingFor("signal:b"), () -> {}))
                .extracting(WorkflowSummary::id)
                .isEqualTo(expected.reversed());
        assertThat(allPages(node.store(), WorkflowFilter.newest(3).waitingFor("signal"), () -> {}))
                .hasSize(20)
                .extracting(WorkflowSummary::createdAt)
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    default void whatHasGoneOnWaitsNoMore() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        workflow.commit(WorkflowWrite.Unloading.waiting(new Wait.Signal("go"), null));
        assertThat(ids(node, byWait("signal:go"))).containsExactly(workflow.id());
        workflow.on(node).commit(new WorkflowWrite.Loading(1, 1));
        assertThat(ids(node, byWait("signal:go"))).isEmpty();
        workflow.commit(WorkflowWrite.Unloading.waiting(new Wait.Timer(), Duration.ofDays(1)));
        assertThat(ids(node, byWait("timer"))).containsExactly(workflow.id());
        workflow.on(node).commit(new HistoryEvent.Ended(WorkflowStatus.CANCELLED, new byte[0]));
        assertThat(ids(node, byWait("timer"))).isEmpty();
    }

    @Test
    default void whatNobodyCanWaitForIsRefused() {
        assertThat(Wait.class.getPermittedSubclasses()).hasSameSizeAs(WorkflowSummary.Waiting.KINDS);
        for (String nonsense : List.of("", "x", "SIGNAL", "sign", "signal ", ":", ":go", "signal:", "signal:\u0000")) {
            InvalidOptionException refused = catchThrowableOfType(InvalidOptionException.class, () -> byWait(nonsense));
            assertThat(refused).as("\"%s\"", nonsense).isNotNull();
            assertThat(refused.option()).isEqualTo("waitingFor");
        }
    }

    @Test
    default void somethingElseThanACursorIsRefused() {
        Store store = start().store();
        for (String nonsense : List.of("", "x", "1", "-", "1.2", "9".repeat(400), "é\u0000", "'; drop table")) {
            InvalidOptionException refused = catchThrowableOfType(
                    InvalidOptionException.class,
                    () -> store.admin().list(WorkflowFilter.newest(5).from(nonsense)));
            assertThat(refused).as("cursor \"%s\"", nonsense).isNotNull();
            assertThat(refused.option()).isEqualTo("cursor");
        }
    }
}

package dev.holdfast.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.EngineConfig;
import dev.holdfast.Submission;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.node.NodeFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ended workflows go as the operator has set it, and nothing else does. */
@Timeout(120)
class RetentionTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final String TABLES =
            "select count(*) from pg_tables where schemaname = 'holdfast' and tablename = ";

    /** The 200 ms that are due and as much again for a busy machine; a wait for a lock takes a second. */
    private static final Duration DELAY_MAX = Duration.ofMillis(400);
    /** A machine may stop all threads for longer now and then; a lock causes a delay in each round. */
    private static final int ROUNDS_MAX = 3;

    @RegisterExtension
    private final NodeFixture node = new NodeFixture(EngineConfig.defaults().retentionInterval(Duration.ofMillis(50)));

    private void keep(String definition, String status, @Nullable String interval) {
        node.jdbi.useHandle(handle -> {
            handle.execute("alter table holdfast.retention drop constraint if exists keep_at_least");
            handle.execute(
                    "insert into holdfast.retention (definition, status, keep) values (?, ?, cast(? as interval))"
                            + " on conflict (definition, status) do update set keep = excluded.keep",
                    definition,
                    status,
                    interval);
        });
    }

    /** As if four eras had gone by since, while no node was there. */
    private void fourErasLater() {
        node.closeEngine();
        node.jdbi.useHandle(handle ->
                handle.execute("update holdfast.settings set initialised_at = initialised_at - interval '28 days'"));
        node.startEngine();
    }

    private String ended(String input, Submission submission) throws Exception {
        WorkflowHandle<String> handle = node.submit(input, submission);
        handle.result(WAIT);
        return handle.id();
    }

    private String failed(String input) {
        String id = node.submit(input).id();
        awaitStatus(id, WorkflowStatus.FAILED);
        return id;
    }

    private String parked(String input) {
        String id = node.submit(input).id();
        awaitStatus(id, WorkflowStatus.DEAD_LETTERED);
        return id;
    }

    private void awaitStatus(String id, WorkflowStatus status) {
        Await.until(id + " is " + status, () -> node.engine().admin().find(id).status() == status);
    }

    private boolean isThere(String id) {
        try {
            node.engine().admin().find(id);
            return true;
        } catch (UnknownWorkflowException e) {
            return false;
        }
    }

    private void awaitGone(String id) {
        Await.until(id + " is gone", () -> !isThere(id));
    }

    private void awaitEraGone() {
        Await.until("era 1 is gone", () -> node.count(TABLES + "'log_1'") == 0);
    }

    private List<HistoryItem> history(String id) {
        return node.engine().admin().history(id, PageRequest.first(100)).items();
    }

    @Test
    void expiredWorkflowsAreDeletedAndNothingElse() throws Exception {
        String completed = ended("a", Submission.key("k"));
        String failed = failed("fail");
        String parked = parked("park");
        WorkflowHandle<String> running = node.waiting("wait");
        keep("locked", "COMPLETED", "0");
        awaitGone(completed);
        assertThat(node.count(
                        "select count(*) from holdfast.log where uid not in (select uid from holdfast.open_workflow)"
                                + " and uid not in (select uid from holdfast.ended)"))
                .isZero();
        assertThat(node.count("select count(*) from holdfast.submission")).isZero();
        keep("*", "FAILED", "0");
        awaitGone(failed);
        keep("*", "*", "0");
        String last = ended("b", Submission.plain());
        awaitGone(last);
        assertThat(node.engine().admin().find(parked).status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
        node.let("wait");
        assertThat(running.result(WAIT)).isEqualTo("wait!");
    }

    @Test
    void aKeyIsFreeAgainWhenItsWorkflowHasGone() throws Exception {
        String first = ended("a", Submission.key("k"));
        keep("*", "*", "0");
        awaitGone(first);
        String second = ended("another input", Submission.key("k"));
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void lessThanADayIsNoRetention() {
        assertThatThrownBy(() -> node.jdbi.useHandle(handle ->
                        handle.execute("insert into holdfast.retention values ('*', '*', interval '23 hours')")))
                .hasMessageContaining("keep_at_least");
    }

    @Test
    void anEraGoesWithWhatEndedInItAndTheRestLivesOn() throws Exception {
        String completed = ended("a", Submission.plain());
        String kept = ended("kept", Submission.key("k"));
        String failed = failed("fail");
        String parked = parked("park");
        String own = "my-own-id";
        node.submit("park own", Submission.id(own));
        awaitStatus(own, WorkflowStatus.DEAD_LETTERED);
        List<HistoryItem> before = history(parked);
        List<HistoryItem> failure = history(failed);
        // what is kept for ever, and what is kept longer than the era
        keep("*", "FAILED", null);
        keep("*", "*", "1 hour");
        node.jdbi.useHandle(
                handle -> handle.execute("update holdfast.log set at = at - interval '2 hours' where uid not in"
                        + " (select uid from holdfast.submission where name = 'k')"));
        fourErasLater();
        awaitEraGone();
        assertThat(node.count(TABLES + "'workflow_1'")).isZero();
        assertThat(isThere(completed)).isFalse();
        assertThat(history(failed)).hasSameSizeAs(failure);
        assertThat(node.engine().admin().find(failed).status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(node.engine().admin().find(kept).status()).isEqualTo(WorkflowStatus.COMPLETED);
        // joined, by its key and by its id
        assertThat(node.submit("kept", Submission.key("k")).id()).isEqualTo(kept);
        assertThat(node.submit("kept", Submission.id(kept)).id()).isEqualTo(kept);
        assertThat(node.submit("park own", Submission.id(own)).id()).isEqualTo(own);
        assertThat(history(parked)).hasSameSizeAs(before);
        // it is still decided on, and runs on where it lies now
        for (String id : List.of(parked, own)) {
            String letter = node.engine().admin().find(id).deadLetter().orElseThrow();
            node.engine().admin().retry(letter, ActionOptions.because("again"), WAIT);
            Await.until(
                    "it is parked again",
                    () -> node.engine()
                            .admin()
                            .find(id)
                            .deadLetter()
                            .filter(now -> !now.equals(letter))
                            .isPresent());
            assertThat(history(id).size()).isGreaterThan(before.size());
        }
        node.closeEngine();
        node.startEngine();
        String letter = node.engine().admin().find(parked).deadLetter().orElseThrow();
        assertThat(node.engine().admin().discard(letter, ActionOptions.because("enough"), WAIT))
                .contains(WorkflowStatus.FAILED);
        assertThat(node.engine().admin().find(parked).status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(node.engine().admin().find(parked).id()).isEqualTo(parked);
        // and erased wherever it lies
        assertThat(node.engine().admin().erase(failed, ActionOptions.because("the law"), WAIT))
                .contains(WorkflowStatus.FAILED);
        assertThat(isThere(failed)).isFalse();
        assertThat(node.engine().admin().list(of(WorkflowStatus.FAILED)).items())
                .extracting(WorkflowSummary::id)
                .containsExactly(parked);
    }

    /** One operator erases a workflow while another one requests an action on it. */
    @Test
    void anActionOnAnErasedWorkflowRestoresNothing() throws Exception {
        String id = ended("a", Submission.plain());
        String place = node.jdbi.withHandle(handle -> handle.createQuery(
                        "select format('%L::uuid, %s, %s', uid, bucket, era) from holdfast.workflow")
                .mapTo(String.class)
                .one());
        node.engine().admin().erase(id, ActionOptions.because("the law"), WAIT);
        for (String act : List.of("CANCEL", "TERMINATE", "ERASE", "SCRUB")) {
            node.jdbi.useHandle(handle -> handle.execute(
                    "with asked as (insert into holdfast.audit (id, decided, action, target, actor, reason)"
                            + " values (gen_random_uuid(), false, ?, ?, 'ann', 'late') returning id, action, target)"
                            + " insert into holdfast.inbox (id, uid, bucket, era, letter_seq, kind, target, actor,"
                            + " reason) select id, " + place + ", 0, action, target, 'ann', 'late' from asked",
                    act,
                    id));
        }
        Await.until("all is decided", () -> node.count("select count(*) from holdfast.inbox") == 0);
        assertThat(node.count("select count(*) from holdfast.log")).isZero();
        assertThat(node.count("select count(*) from holdfast.ended")).isZero();
        assertThat(node.count("select count(*) from holdfast.audit where reason = 'late' and outcome = 'APPLIED'"))
                .isZero();
        assertThat(isThere(id)).isFalse();
    }

    @Test
    void aRunningWorkflowKeepsItsEra() throws Exception {
        node.waiting("wait");
        String id = node.engine()
                .admin()
                .list(WorkflowFilter.newest(1))
                .items()
                .getFirst()
                .id();
        keep("*", "*", "0");
        fourErasLater();
        Await.until("all but its bucket are cleared", () -> node.count("select count(*) from holdfast.cleared") >= 255);
        node.runOthers("a");
        assertThat(node.count("select count(*) from holdfast.home")).isZero();
        assertThat(node.count(TABLES + "'log_1'")).isOne();
        node.let("wait");
        awaitEraGone();
        Await.until(
                "it has ended and gone, or lies elsewhere",
                () -> !isThere(id) || node.engine().admin().find(id).status() == WorkflowStatus.COMPLETED);
    }

    @Test
    void longHistoriesAreTakenAlongInParts() {
        List<String> ids = List.of(parked("park long"), parked("park"), parked("park long too"));
        List<List<HistoryItem>> before = ids.stream().map(this::history).toList();
        long records = node.count("select count(*) from holdfast.log_1");
        keep("*", "*", "0");
        fourErasLater();
        awaitEraGone();
        assertThat(node.count("select count(*) from holdfast.log")).isEqualTo(records);
        assertThat(node.count("select max(n) from (select count(*) as n from holdfast.log group by xmin::text) part"))
                .isEqualTo(1_000);
        assertThat(ids.stream().map(this::history)).isEqualTo(before);
    }

    @Test
    void anUnreadableWorkflowKeepsItsEraAndNothingElse() {
        parked("park broken");
        node.jdbi.useHandle(handle -> handle.execute("delete from holdfast.dead_letter"));
        List<String> others =
                Stream.of("a", "b", "c").map(name -> parked("park " + name)).toList();
        keep("*", "*", "0");
        fourErasLater();
        Await.until(
                "the others lie elsewhere", () -> node.count("select count(*) from holdfast.home") == others.size());
        assertThat(node.count(TABLES + "'log_1'")).isOne();
        assertThat(others).allMatch(this::isThere);
    }

    @Test
    void listsGoOnThroughWhatWasTakenElsewhere() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.addFirst(parked("park old " + i));
        }
        keep("*", "*", "0");
        fourErasLater();
        awaitEraGone();
        for (int i = 0; i < 7; i++) {
            ids.addFirst(parked("park new " + i));
        }
        assertThat(pages(of())).containsExactlyElementsOf(ids);
        assertThat(pages(of(WorkflowStatus.DEAD_LETTERED))).containsExactlyElementsOf(ids);
        assertThat(pages(of(WorkflowStatus.DEAD_LETTERED, WorkflowStatus.COMPLETED)))
                .containsExactlyElementsOf(ids);
    }

    private static WorkflowFilter of(WorkflowStatus... statuses) {
        return WorkflowFilter.newest(3).statuses(statuses);
    }

    private List<String> pages(WorkflowFilter filter) {
        List<String> ids = new ArrayList<>();
        Page<WorkflowSummary> page = node.engine().admin().list(filter);
        page.items().forEach(item -> ids.add(item.id()));
        while (page.next().isPresent()) {
            page = node.engine().admin().list(filter.from(page.next().orElseThrow()));
            page.items().forEach(item -> ids.add(item.id()));
        }
        return ids;
    }

    /** Of a checkpoint or a submission, in a round that takes longer than a try. */
    private Duration longestDelay() {
        node.bodies.clear();
        node.submit("park long");
        Duration longest = Duration.ZERO;
        while (node.bodies.size() < NodeFixture.LONG) {
            long began = System.nanoTime();
            node.submit("fail");
            longest = Collections.max(List.of(longest, Duration.ofNanos(System.nanoTime() - began)));
        }
        return Collections.max(List.of(longest, longestWait()));
    }

    /** Of one checkpoint after the other. */
    private Duration longestWait() {
        List<Long> at = node.bodies;
        return Duration.ofNanos(IntStream.range(1, at.size())
                .mapToLong(i -> at.get(i) - at.get(i - 1))
                .max()
                .orElseThrow());
    }

    private void awaitDetaching(String table) {
        String detaching = "select count(*) from pg_stat_activity where datname = current_database()"
                + " and state = 'active' and query like 'alter table holdfast." + table + " detach partition %'";
        Await.until("it tries", () -> node.count(detaching) > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"workflow", "log", "ended"})
    void aReaderOfAnEraDelaysOnlyItsRemoval(String table) throws Exception {
        String gone = failed("fail");
        keep("*", "*", "0");
        try (ForeignTransaction reader = new ForeignTransaction(node.database)) {
            reader.execute("select * from holdfast." + table);
            fourErasLater();
            awaitGone(gone);
            List<Duration> longest = new ArrayList<>();
            do {
                awaitDetaching(table);
                longest.add(longestDelay());
            } while (longest.getLast().compareTo(DELAY_MAX) >= 0 && longest.size() < ROUNDS_MAX);
            assertThat(longest.getLast()).as("of %s", longest).isLessThan(DELAY_MAX);
            assertThat(node.count(TABLES + "'" + table + "_1'")).isOne();
        }
        awaitEraGone();
        node.runOthers("after");
    }
}

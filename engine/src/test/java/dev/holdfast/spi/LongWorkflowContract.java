package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.parked;
import static dev.holdfast.spi.Writes.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.holdfast.admin.WorkflowStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of workflows that are too long to be read with others, and what is not. */
public interface LongWorkflowContract extends StoreFixture {
    int LARGE = 40_000;

    /** Steps with values of this size, and a last one that has only started. */
    private static WrittenWorkflow steps(WrittenWorkflow workflow, int number, int bytes) {
        for (int position = 0; position < number; position++) {
            workflow.send(intent(position));
            workflow.mailbox().hold(succeeded(position, new byte[bytes]));
        }
        return workflow.commit(intent(number));
    }

    private static String input(int bytes) {
        return "\"" + "x".repeat(bytes - 2) + "\"";
    }

    @Test
    default void aLongLogIsNotRead() {
        StoreNode node = start();
        for (WrittenWorkflow workflow :
                List.of(steps(WrittenWorkflow.running(node), 2, LARGE), steps(WrittenWorkflow.running(node), 300, 1))) {
            StoredWorkflow loaded = workflow.load();
            LogRecord last = workflow.log().getLast();
            assertThat(loaded.isWhole()).isFalse();
            assertThat(loaded.log()).isEmpty();
            assertThat(loaded.input()).isEmpty();
            assertThat(loaded.lastSeq()).isEqualTo(last.seq());
            assertThat(loaded.lastEvent()).contains(last.withoutOutcome());
            assertThat(loaded.lastIntent()).contains((HistoryEvent.Intent) last.event());
            assertThat(loaded.hasProgressed()).isTrue();
            assertThat(loaded.isParked()).isFalse();
            assertThat(loaded.definition()).isEqualTo(Writes.DEFINITION);
        }
    }

    @Test
    default void aLogOfOneLargeRecordIsNotRead() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start())
                .hold(succeeded(0, new byte[2 * LARGE]))
                .commit(parked(0, "no"));
        StoredWorkflow loaded = workflow.load();
        assertThat(loaded.isWhole()).isFalse();
        assertThat(loaded.lastIntent()).isEmpty();
        assertThat(loaded.isParked()).isTrue();
        assertThat(loaded.lastSeq()).isEqualTo(1);
    }

    @Test
    default void aLongInputIsNotRead() {
        StoreNode node = start();
        String longest = input(StoredWorkflow.INPUT_BYTES_MAX);
        WrittenWorkflow whole = WrittenWorkflow.accepted(node, creation("orders", longest, false));
        String longer = input(StoredWorkflow.INPUT_BYTES_MAX + 1);
        WrittenWorkflow part = WrittenWorkflow.accepted(node, creation("orders", longer, false));
        assertThat(whole.load().isWhole()).isTrue();
        assertThat(whole.load().input()).asString().isEqualTo(longest);
        StoredWorkflow loaded = part.load();
        assertThat(loaded.isWhole()).isFalse();
        assertThat(loaded.input()).isEmpty();
        assertThat(loaded.lastSeq()).isZero();
        assertThat(loaded.lastIntent()).isEmpty();
        assertThat(node.store().input(part.key()).map(String::new)).contains(longer);
    }

    @Test
    default void aLongOneDelaysNoOther() {
        StoreNode node = start();
        WrittenWorkflow large = steps(WrittenWorkflow.running(node), 3, LARGE);
        WrittenWorkflow small = steps(WrittenWorkflow.running(node), 3, 10);
        List<StoredWorkflow> loaded = node.store().load(List.of(large.key(), small.key()));
        assertThat(loaded)
                .extracting(StoredWorkflow::key, StoredWorkflow::isWhole)
                .containsExactlyInAnyOrder(tuple(large.key(), false), tuple(small.key(), true));
    }

    @Test
    default void progressCountsFromTheLastLoading() {
        StoreNode former = start();
        WrittenWorkflow first = steps(WrittenWorkflow.running(former), 2, LARGE);
        int last = first.log().size();
        crash(former.store());
        WrittenWorkflow workflow = first.on(start());
        workflow.commit(new WorkflowWrite.Loading(3, last));
        assertThat(workflow.load().hasProgressed()).isFalse();
        assertThat(workflow.load().loads()).isEqualTo(3);
        workflow.hold(succeeded(2)).commit(intent(3));
        assertThat(workflow.load().hasProgressed()).isTrue();
    }

    @Test
    default void theSizeCountsInputAndRecords() {
        StoreNode node = start();
        for (WrittenWorkflow workflow : List.of(
                steps(WrittenWorkflow.running(node), 5, LARGE),
                WrittenWorkflow.running(node).commit(intent(0), parked(0, "no")),
                WrittenWorkflow.queued(node))) {
            long records = workflow.log().stream().mapToLong(LogRecord::bytes).sum();
            assertThat(node.store().bytes(workflow.key())).isEqualTo("{\"n\":1}".length() + records);
        }
    }

    @Test
    default void aPageOfALogEndsByItsSize() {
        WrittenWorkflow workflow = steps(WrittenWorkflow.running(start()), 7, LARGE);
        long most = 2 * LARGE + 2_000;
        List<LogRecord> read = new ArrayList<>();
        List<LogRecord> page = List.of();
        do {
            int after = page.isEmpty() ? 0 : page.getLast().seq();
            page = workflow.store().log(workflow.key(), after, 100, most);
            assertThat(page.stream().mapToLong(LogRecord::bytes).sum()).isLessThanOrEqualTo(most);
            read.addAll(page);
        } while (!page.isEmpty());
        assertThat(Writes.texts(read)).isEqualTo(workflow.texts());
        assertThat(workflow.store().log(workflow.key(), 1, 100, 1))
                .extracting(LogRecord::seq)
                .containsExactly(2);
    }

    @Test
    default void theHeadsOfManyHaveNoValues() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start())
                .commit(new HistoryEvent.Ended(WorkflowStatus.COMPLETED, new byte[LARGE]));
        List<WorkflowKey> keys = List.of(workflow.key());
        assertThat(workflow.store().heads(keys).values())
                .singleElement()
                .satisfies(head -> assertThat(head.end().orElseThrow().value()).isEmpty());
        assertThat(workflow.store().headsWithValues(keys).values())
                .singleElement()
                .satisfies(head -> assertThat(head.end().orElseThrow().value()).hasSize(LARGE));
        assertThat(workflow.store().head(workflow.key()).flatMap(WorkflowHead::end))
                .hasValueSatisfying(end -> assertThat(end.value()).hasSize(LARGE));
    }
}

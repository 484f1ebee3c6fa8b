package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.failure;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.parked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Published values: the last of each name, and what those who watch a workflow read. */
public interface PublishContract extends StoreFixture {
    long PLENTY = 1 << 20;

    private static HistoryEvent.Published published(int index, String name, String json) {
        return new HistoryEvent.Published(Position.main(index), name, json.getBytes(UTF_8));
    }

    private static String text(PublishedValue value) {
        return value.seq() + " " + value.name() + " " + new String(value.value(), UTF_8);
    }

    private static List<String> last(StoreNode node, WrittenWorkflow workflow) {
        return node.store().published(workflow.key()).stream()
                .map(PublishContract::text)
                .toList();
    }

    private static List<String> texts(FeedEntry entry) {
        return entry.published().stream().map(PublishContract::text).toList();
    }

    private static FeedEntry feed(StoreNode node, WrittenWorkflow workflow, int after) {
        List<FeedEntry> entries = node.store().feed(List.of(new FeedPosition(workflow.key(), after)), PLENTY);
        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().key()).isEqualTo(workflow.key());
        return entries.getFirst();
    }

    private static OperatorAction ask(StoreNode node, WrittenWorkflow workflow, ActionKind kind) {
        OperatorAction action =
                OperatorAction.of(workflow.key(), kind, workflow.id(), 0, ActionOptions.because("the law"));
        node.store().request(action, RequestContext.NONE);
        return action;
    }

    @Test
    default void theLastValueOfEachNameIsRead() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        assertThat(last(node, workflow)).isEmpty();
        workflow.commit(
                published(0, "offer", "1"), published(1, "a", "\"\u00e4 '\""), intent(2), published(3, "offer", "{}"));
        assertThat(last(node, workflow)).containsExactly("2 a \"\u00e4 '\"", "4 offer {}");
        PublishedValue offer = node.store().published(workflow.key()).getLast();
        assertThat(offer.at()).isEqualTo(workflow.log().getLast().at());
        assertThat(node.store().published(new WorkflowKey(0, 1, UUID.randomUUID())))
                .isEmpty();
    }

    @Test
    default void aValueIsReadAsItWasWritten() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        HistoryEvent.Published first =
                new HistoryEvent.Published(new Position("3.1", 2), "offer", "[1]".getBytes(UTF_8));
        workflow.mailbox().hold(first);
        workflow.commit(intent(0), published(1, "offer", "2"));
        assertThat(workflow.log().getFirst().event()).usingRecursiveComparison().isEqualTo(first);
        assertThat(node.store().heads(List.of(workflow.key())).values())
                .extracting(WorkflowHead::lastEvent)
                .extracting(LogRecord::event)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(published(1, "offer", ""));
        assertThat(node.store().history(workflow.key(), 0, 10).getLast().event())
                .usingRecursiveComparison()
                .isEqualTo(published(1, "offer", ""));
        assertThat(workflow.load().hasProgressed()).isTrue();
    }

    @Test
    default void aHundredNamesAreRead() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        List<HistoryEvent.Published> values = new ArrayList<>(IntStream.range(0, 200)
                .mapToObj(i -> published(i, "name-%02d".formatted(i % 100), String.valueOf(i)))
                .toList());
        Collections.reverse(values);
        workflow.commit(values.toArray(WorkflowWrite[]::new));
        assertThat(node.store().published(workflow.key()))
                .extracting(PublishedValue::name)
                .hasSize(100)
                .isSorted();
        assertThat(node.store().published(workflow.key()).getFirst().value()).isEqualTo("0".getBytes(UTF_8));
    }

    @Test
    default void aFeedHasWhatIsNewInTheOrderOfTheRecords() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        assertThat(feed(node, workflow, 0).published()).isEmpty();
        assertThat(feed(node, workflow, 0).isWhole()).isTrue();
        assertThat(feed(node, workflow, 0).status()).isEqualTo(WorkflowStatus.RUNNING);
        workflow.commit(published(0, "offer", "1"), intent(1), published(2, "a", "2"), published(3, "offer", "3"));
        assertThat(texts(feed(node, workflow, 0))).containsExactly("1 offer 1", "3 a 2", "4 offer 3");
        assertThat(texts(feed(node, workflow, 1))).containsExactly("3 a 2", "4 offer 3");
        assertThat(feed(node, workflow, 4).published()).isEmpty();
        workflow.commit(published(4, "offer", "4"), completed());
        assertThat(feed(node, workflow, 4).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(texts(feed(node, workflow, 4))).containsExactly("5 offer 4");
    }

    @Test
    default void aFeedSaysInWhatStateAWorkflowIs() {
        StoreNode node = start();
        WrittenWorkflow queued = WrittenWorkflow.queued(node);
        WrittenWorkflow waiting = WrittenWorkflow.running(node)
                .commit(intent(0), WorkflowWrite.Unloading.waiting(new Wait.Signal("go"), null));
        WrittenWorkflow parked = WrittenWorkflow.running(node).commit(intent(0), parked(0, "no"));
        List<FeedPosition> watched = List.of(
                new FeedPosition(queued.key(), 0),
                new FeedPosition(new WorkflowKey(0, queued.key().era(), UUID.randomUUID()), 0),
                new FeedPosition(waiting.key(), 0),
                new FeedPosition(parked.key(), 0));
        assertThat(node.store().feed(watched, PLENTY))
                .extracting(FeedEntry::status)
                .containsExactly(WorkflowStatus.QUEUED, WorkflowStatus.WAITING, WorkflowStatus.DEAD_LETTERED);
        assertThat(node.store().feed(List.of(), PLENTY)).isEmpty();
    }

    @Test
    default void aPageOfAFeedIsBoundInBytesAndGivesEachWorkflowItsTurn() {
        StoreNode node = start();
        WrittenWorkflow loud = WrittenWorkflow.running(node);
        WrittenWorkflow quiet = WrittenWorkflow.running(node);
        String large = "\"" + "x".repeat(1_000) + "\"";
        loud.commit(IntStream.range(0, 70)
                .mapToObj(i -> published(i, "loud", large))
                .toArray(WorkflowWrite[]::new));
        quiet.commit(published(0, "quiet", large), completed());
        List<FeedPosition> watched = List.of(new FeedPosition(loud.key(), 0), new FeedPosition(quiet.key(), 0));
        List<FeedEntry> one = node.store().feed(watched, 1);
        assertThat(one).extracting(entry -> entry.published().size()).containsExactly(1, 0);
        assertThat(one).extracting(FeedEntry::isWhole).containsExactly(false, false);
        List<FeedEntry> some = node.store().feed(watched, 10_000);
        assertThat(some).extracting(FeedEntry::isWhole).containsExactly(false, true);
        assertThat(texts(some.getLast())).containsExactly("1 quiet " + large);
        assertThat(some.getFirst().published()).hasSizeBetween(5, 8);
        int after = 0;
        int read = 0;
        FeedEntry entry;
        do {
            entry = feed(node, loud, after);
            read += entry.published().size();
            after = entry.published().getLast().seq();
        } while (!entry.isWhole());
        assertThat(read).isEqualTo(70);
    }

    @Test
    default void publishedValuesAreScrubbedAndErased() {
        StoreNode node = start();
        WrittenWorkflow workflow =
                WrittenWorkflow.accepted(node, creation(true)).commit(published(0, "offer", "\"secret\""), completed());
        OperatorAction scrub = ask(node, workflow, ActionKind.SCRUB);
        ActionResult applied = new ActionResult(true, WorkflowStatus.COMPLETED);
        workflow.on(node)
                .commit(new WorkflowWrite.Scrubbed(scrub, applied, "null".getBytes(UTF_8), failure("scrubbed")));
        assertThat(last(node, workflow)).containsExactly("1 offer null");
        assertThat(texts(feed(node, workflow, 0))).containsExactly("1 offer null");
        workflow.on(node).commit(new WorkflowWrite.Erased(ask(node, workflow, ActionKind.ERASE), applied));
        assertThat(last(node, workflow)).isEmpty();
        assertThat(node.store().feed(List.of(new FeedPosition(workflow.key(), 0)), PLENTY))
                .isEmpty();
    }

    @Test
    default void publishedValuesGoToAnotherEra() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node)
                .commit(
                        published(0, "offer", "1"),
                        published(1, "offer", "2"),
                        WorkflowWrite.Unloading.waiting(new Wait.Timer(), Duration.ofDays(1)));
        int era = workflow.key().era() + 1;
        workflow.on(node).commit(new WorkflowWrite.Rehoming(era, 0, 1));
        assertThat(last(node, workflow)).containsExactly("2 offer 2");
        assertThat(texts(feed(node, workflow, 0))).containsExactly("1 offer 1", "2 offer 2");
        workflow.on(node).commit(new WorkflowWrite.Rehoming(era, 1, 2));
        assertThat(last(node, workflow)).containsExactly("2 offer 2");
        assertThat(texts(feed(node, workflow, 0))).containsExactly("1 offer 1", "2 offer 2");
    }
}

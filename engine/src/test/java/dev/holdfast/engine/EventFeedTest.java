package dev.holdfast.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.engine.feed.FeedEvent;
import dev.holdfast.engine.feed.FeedSubscription;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What watchers of a workflow are told, in which order, and with how many queries. */
@Timeout(60)
final class EventFeedTest {
    private static final Definition<Integer, String> WORK = Definition.of("work", 1, Integer.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final int KIB = 1 << 10;

    private final AtomicInteger tooSlow = new AtomicInteger();

    /** Publishes what the signal says, so many times, until that is "end". */
    private final EngineNode node = EngineNode.start(
            new MemoryDatabase(),
            builder -> builder.register(WORK, (ctx, times) -> {
                ctx.publish("first", 1);
                for (String text = ctx.awaitSignal(GO); !text.equals("end"); text = ctx.awaitSignal(GO)) {
                    for (int i = 0; i < times; i++) {
                        ctx.publish("text", text);
                    }
                }
                ctx.publish("last", 2);
                return "";
            }));

    @AfterEach
    void close() {
        node.close();
    }

    private String start(int times) {
        String id = node.submit(WORK, times).id();
        node.awaitWait(id);
        return id;
    }

    private void signal(String id, String text) {
        node.engine().signal(id, GO, text);
    }

    private FeedSubscription watch(String id, OptionalInt after) {
        return node.engine().feed().watch(id, after, tooSlow::incrementAndGet);
    }

    private static String text(FeedEvent event) {
        return switch (event) {
            case FeedEvent.Status status -> status.status().name();
            case FeedEvent.Published published ->
                published.value().name() + " " + new String(published.value().value(), UTF_8);
        };
    }

    private static List<String> take(FeedSubscription events, int number) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        while (taken.size() < number && !events.isOver()) {
            events.next(EngineNode.DEADLINE).map(EventFeedTest::text).ifPresent(taken::add);
        }
        return taken;
    }

    /** Without the statuses between the first and the last, of which a poll may miss some. */
    private static List<String> all(FeedSubscription events) throws InterruptedException {
        List<String> all = take(events, Integer.MAX_VALUE);
        all.removeIf(event -> event.equals("RUNNING") || event.equals("WAITING"));
        return all;
    }

    @Test
    void aWatcherIsToldWhatThereIsAndWhatFollows() throws InterruptedException {
        String id = start(1);
        try (FeedSubscription events = watch(id, OptionalInt.empty())) {
            assertThat(take(events, 2)).containsExactly("WAITING", "first 1");
            assertThat(events.next(Duration.ofMillis(1))).isEmpty();
            assertThat(events.isOver()).isFalse();
            signal(id, "a");
            signal(id, "b");
            signal(id, "end");
            assertThat(all(events)).containsExactly("text \"a\"", "text \"b\"", "last 2", "COMPLETED");
            assertThat(events.isOver()).isTrue();
            assertThat(events.next(EngineNode.DEADLINE)).isEmpty();
        }
    }

    @Test
    void aWatcherThatComesBackIsToldWhatItHasMissed() throws InterruptedException {
        String id = start(100);
        signal(id, "a");
        Await.until(
                "it has published", () -> node.engine().admin().published(id).size() == 2);
        int first = node.engine().admin().published(id).getFirst().seq();
        try (FeedSubscription events = watch(id, OptionalInt.of(first))) {
            signal(id, "end");
            List<String> told = all(events);
            assertThat(told)
                    .hasSize(102)
                    .endsWith("text \"a\"", "last 2", "COMPLETED")
                    .doesNotContain("first 1");
        }
        try (FeedSubscription events = watch(id, OptionalInt.of(0))) {
            assertThat(take(events, 1_000))
                    .hasSize(103)
                    .startsWith("COMPLETED", "first 1")
                    .endsWith("last 2");
        }
        try (FeedSubscription events = watch(id, OptionalInt.of(Integer.MAX_VALUE))) {
            assertThat(take(events, 1_000)).containsExactly("COMPLETED");
        }
        try (FeedSubscription events = watch(id, OptionalInt.empty())) {
            assertThat(take(events, 1_000)).containsExactly("COMPLETED", "first 1", "text \"a\"", "last 2");
        }
    }

    @Test
    void oneQueryIsForAllWatchersAndNoneForNobody() throws InterruptedException {
        List<String> ids = IntStream.range(0, 5).mapToObj(i -> start(1)).toList();
        assertThat(node.store().feeds()).isEmpty();
        List<FeedSubscription> watchers = new ArrayList<>();
        for (String id : ids) {
            watchers.add(watch(id, OptionalInt.empty()));
            watchers.add(watch(id, OptionalInt.empty()));
        }
        int before = node.store().feeds().size();
        Await.until("it polls", () -> node.store().feeds().size() > before + 3);
        List<Integer> feeds = node.store().feeds();
        assertThat(feeds.subList(0, 10)).containsOnly(1);
        assertThat(feeds.subList(before + 1, before + 3)).containsOnly(5);
        signal(ids.getFirst(), "a");
        for (FeedSubscription events : watchers.subList(0, 2)) {
            assertThat(take(events, 2)).containsExactly("WAITING", "first 1");
            Optional<FeedEvent> next = events.next(EngineNode.DEADLINE);
            while (next.isPresent() && next.orElseThrow() instanceof FeedEvent.Status) {
                next = events.next(EngineNode.DEADLINE);
            }
            assertThat(next.map(EventFeedTest::text)).contains("text \"a\"");
        }
        watchers.forEach(FeedSubscription::close);
        // Nothing polls what nobody watches: at most the query that was on its way follows.
        int after = node.store().feeds().size();
        try (FeedSubscription other = watch(ids.getLast(), OptionalInt.empty())) {
            Await.until("it polls again", () -> node.store().feeds().size() > after + 4);
            assertThat(node.store().feeds().subList(after + 2, after + 4)).containsOnly(1);
            assertThat(other.isOver()).isFalse();
        }
    }

    @Test
    void aWatcherThatTakesNothingIsCutOffAndOthersAreNot() throws InterruptedException {
        String id = start(40);
        try (FeedSubscription slow = watch(id, OptionalInt.empty());
                FeedSubscription fast = watch(id, OptionalInt.empty())) {
            assertThat(take(fast, 2)).hasSize(2);
            signal(id, "x".repeat(60 * KIB));
            List<String> told = new ArrayList<>();
            while (told.stream().filter(event -> event.startsWith("text")).count() < 40 && !fast.isOver()) {
                told.addAll(take(fast, 1));
            }
            Await.until("the slow one is cut off", () -> tooSlow.get() == 1);
            assertThat(take(slow, 1_000)).containsExactly("WAITING", "first 1");
            assertThat(slow.isOver()).isTrue();
            assertThat(fast.isOver()).isFalse();
        }
    }

    @Test
    void theEndOfTheNodeEndsTheWatch() throws InterruptedException {
        String id = start(1);
        try (FeedSubscription events = watch(id, OptionalInt.empty())) {
            node.close();
            assertThat(take(events, 1_000)).containsExactly("WAITING", "first 1");
            assertThatThrownBy(() -> watch(id, OptionalInt.empty())).isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void anUnknownWorkflowCannotBeWatched() {
        assertThatThrownBy(() -> watch("none", OptionalInt.empty())).isInstanceOf(UnknownWorkflowException.class);
    }
}

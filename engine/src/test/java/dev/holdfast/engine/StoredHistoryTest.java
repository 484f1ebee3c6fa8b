package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.StoreNode;
import dev.holdfast.spi.WorkflowWrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Histories that earlier builds wrote: this build continues each of them from every record. To add one, extend
 * {@link #ORDER} and run this test with {@code -Dholdfast.histories=DIR}, which writes the files of all cases there.
 */
@Timeout(120)
class StoredHistoryTest {
    private static final Definition<String, String> ORDER = Definition.of("order", 1, String.class, String.class);
    private static final Duration WAIT = Duration.ofSeconds(30);

    /** The input selects the case. Bodies behave alike in every process. */
    private static final Workflow<String, String> CODE = StoredHistoryTest::order;

    private static String order(WorkflowContext ctx, String in) {
        try {
            return ordered(ctx, in);
        } catch (StepRejectedException e) {
            throw new WorkflowFailedException("the card was declined");
        }
    }

    private static String ordered(WorkflowContext ctx, String in) {
        return ctx.saga(saga -> {
            String hold = saga.step("reserve", String.class, step -> "hold", (step, held) -> {});
            String payment = saga.step(
                    Step.named("charge").retry(RetryPolicy.exponential(Duration.ofMillis(1), 3)),
                    String.class,
                    step -> charge(in, step.attempt()),
                    (step, paid) -> {});
            if (in.equals("fails")) {
                throw new WorkflowFailedException("no courier");
            }
            ctx.run("ship", step -> {});
            return hold + " " + payment;
        });
    }

    private static String charge(String in, int attempt) throws IOException {
        if (in.equals("declined")) {
            throw new StepRejected("declined");
        }
        if (in.equals("flaky") && attempt <= 2 || in.equals("parked") && attempt <= 3) {
            throw new IOException("no answer");
        }
        return "paid";
    }

    @ParameterizedTest
    @ValueSource(strings = {"ships", "declined", "fails", "flaky", "parked", "cancelled"})
    void thisBuildContinuesFromEveryRecord(String which) throws IOException {
        String directory = System.getProperty("holdfast.histories");
        if (directory != null) {
            Files.writeString(Path.of(directory, which + ".jsonl"), write(which).write());
            return;
        }
        StoredHistory history = StoredHistory.read("histories/" + which + ".jsonl");
        IntStream.rangeClosed(1, history.log().size()).forEach(records -> goOn(history, records));
    }

    private static void goOn(StoredHistory history, int records) {
        MemoryDatabase database = new MemoryDatabase();
        List<LogRecord> prefix = history.log().subList(0, records);
        seed(database, history, prefix);
        WorkflowStatus expected = expectedEnd(history, prefix);
        MemoryStore observer = new MemoryStore(database);
        EngineNode node = EngineNode.start(database, builder -> builder.register(ORDER, CODE));
        try (node) {
            Await.until(
                    "record " + records + " leads to " + expected,
                    () -> observer.find(history.key()).orElseThrow().status() == expected);
        }
        List<LogRecord> log = observer.log(history.key(), 0, 1_000, Long.MAX_VALUE);
        assertThat(log.subList(0, records).stream().map(StoredHistoryTest::content))
                .containsExactlyElementsOf(
                        prefix.stream().map(StoredHistoryTest::content).toList());
        assertThat(keys(log)).containsAllEntriesOf(keys(prefix));
        if (expected == history.end().status()) {
            assertThat(text(log.getLast().event())).isEqualTo(text(history.end()));
        }
    }

    /** Without the time and node of the record, which are new here. */
    private static String content(LogRecord record) {
        return record.seq() + " " + text(record.outcome()) + " " + text(record.event());
    }

    private static String text(WorkflowWrite.@Nullable Outcome outcome) {
        return outcome == null
                ? ""
                : outcome.position() + " " + outcome.attempt() + " " + outcome.state() + " " + outcome.retryIn() + " "
                        + new String(outcome.value(), StandardCharsets.UTF_8);
    }

    private static String text(@Nullable HistoryEvent event) {
        return event instanceof HistoryEvent.Ended ended
                ? "ended " + ended.status() + " " + new String(ended.value(), StandardCharsets.UTF_8)
                : String.valueOf(event);
    }

    /** Every attempt of a position has one key. */
    private static Map<Position, UUID> keys(List<LogRecord> log) {
        Map<Position, UUID> keys = new HashMap<>();
        for (LogRecord record : log) {
            if (record.event() instanceof HistoryEvent.Intent intent) {
                assertThat(keys.merge(intent.position(), intent.idempotencyKey(), (a, b) -> a))
                        .isEqualTo(intent.idempotencyKey());
            }
        }
        return keys;
    }

    /** A parked workflow waits; one whose cancel is not recorded yet completes. */
    private static WorkflowStatus expectedEnd(StoredHistory history, List<LogRecord> prefix) {
        if (LogRecord.lastEvent(prefix).flatMap(LogRecord::openDeadLetter).isPresent()) {
            return WorkflowStatus.DEAD_LETTERED;
        }
        boolean retried = prefix.stream().anyMatch(record -> record.event() instanceof HistoryEvent.Retried);
        boolean parks = history.log().stream().anyMatch(record -> record.event() instanceof HistoryEvent.Parked);
        // An attempt that the crash cut short is not counted, so that a fourth follows, which succeeds.
        boolean cutShort = prefix.getLast().event() instanceof HistoryEvent.Intent intent
                && intent.name().equals("charge");
        if (parks && !retried && !cutShort) {
            return WorkflowStatus.DEAD_LETTERED;
        }
        boolean cancelled = prefix.stream().anyMatch(record -> record.event() instanceof HistoryEvent.Cancelled);
        WorkflowStatus end = history.end().status();
        return end == WorkflowStatus.CANCELLED && !cancelled ? WorkflowStatus.COMPLETED : end;
    }

    private static void seed(MemoryDatabase database, StoredHistory history, List<LogRecord> log) {
        try (MemoryStore store = new MemoryStore(database)) {
            StoreNode.joining(store);
            Mailbox mailbox = store.mailbox(history.key(), 0);
            Await.done(
                    mailbox.create(new WorkflowWrite.Creation(ORDER.name(), 1, Map.of(), history.input(), true, null)));
            for (LogRecord record : log) {
                if (record.outcome() != null) {
                    mailbox.hold(record.outcome());
                }
                if (record.event() != null) {
                    Await.done(mailbox.record(record.event()));
                } else {
                    mailbox.flush();
                    Await.until(
                            "it is written",
                            () -> store.log(history.key(), 0, 1_000, Long.MAX_VALUE)
                                            .size()
                                    == record.seq());
                }
            }
        }
    }

    private static StoredHistory write(String which) {
        MemoryDatabase database = new MemoryDatabase();
        CompletableFuture<Void> shipping = new CompletableFuture<>();
        Workflow<String, String> code = which.equals("cancelled") ? heldAtShipping(shipping) : CODE;
        try (EngineNode node = EngineNode.start(database, builder -> builder.register(ORDER, code))) {
            String id = node.submit(ORDER, which).id();
            if (which.equals("cancelled")) {
                shipping.join();
                node.engine().admin().cancel(id, ActionOptions.because("test"), WAIT);
            }
            if (which.equals("parked")) {
                node.deadLetter(id);
                String letter = node.find(id).deadLetter().orElseThrow();
                node.engine().admin().retry(letter, ActionOptions.because("test"), WAIT);
            }
            Await.until("it has ended", () -> node.find(id).status().isFinal());
            MemoryStore observer = new MemoryStore(database);
            byte[] input = ("\"" + which + "\"").getBytes(StandardCharsets.UTF_8);
            return new StoredHistory(observer.locate(id).orElseThrow(), input, node.log(id));
        }
    }

    /** Like {@link #CODE}, but shipping fails until the workflow is cancelled. */
    private static Workflow<String, String> heldAtShipping(CompletableFuture<Void> shipping) {
        return (ctx, in) -> ctx.saga(saga -> {
            String hold = saga.step("reserve", String.class, step -> "hold", (step, held) -> {});
            String payment = saga.step("charge", String.class, step -> "paid", (step, paid) -> {});
            ctx.run(Step.named("ship").retry(RetryPolicy.exponential(Duration.ofMillis(200), 100)), step -> {
                shipping.complete(null);
                throw new IOException("held");
            });
            return hold + " " + payment;
        });
    }
}

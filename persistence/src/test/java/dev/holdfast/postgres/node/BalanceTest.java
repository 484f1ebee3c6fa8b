package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Case 35: buckets go back and forth between two living nodes under load. No node dies and nothing is cut off, so every
 * body runs exactly once, and no hand-over counts as a crash.
 */
class BalanceTest {
    private static final System.Logger LOG = System.getLogger(BalanceTest.class.getName());

    private static final int SUBMITTERS = 60;
    private static final Duration RESULT_WAIT = Duration.ofSeconds(20);

    private static final String NOT_DENSE = """
            select uid::text from holdfast.log group by uid
            having min(seq) <> 1 or max(seq) <> count(*) or count(distinct record_id) <> count(*)""";
    private static final String TWO_OUTCOMES = """
            select uid || ' position ' || outcome_position from holdfast.log where outcome_state > 0
            group by uid, outcome_position having count(*) > 1""";
    private static final String NOT_COMPLETED = """
            select w.uid::text from holdfast.workflow w
            where not exists (select from holdfast.log l where l.uid = w.uid and l.event = 30)""";

    @RegisterExtension
    private final BalanceFixture fixture = new BalanceFixture();

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger submitted = new AtomicInteger();
    private final List<Duration> moves = new ArrayList<>();

    @Test
    void aHundredMovesUnderLoadDisturbNoWorkflow() throws Exception {
        requireUnnoticed(100);
    }

    @Test
    @Tag("long")
    void aThousandMovesUnderLoadDisturbNoWorkflow() throws Exception {
        requireUnnoticed(1_000);
    }

    private void requireUnnoticed(int times) throws Exception {
        long seed =
                Long.getLong("holdfast.test.seed", ThreadLocalRandom.current().nextLong());
        LOG.log(Level.INFO, "{0} moves: -Dholdfast.test.seed={1}", times, Long.toString(seed));
        try (ExecutorService submitters = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = IntStream.range(0, SUBMITTERS)
                    .<Future<?>>mapToObj(number -> submitters.submit(() -> submitUntilOver(number)))
                    .toList();
            try {
                move(times, new Random(seed));
            } finally {
                over.set(true);
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        report();
        requireEachRanOnce();
    }

    /** One after the other, under a key and without one, on both nodes. */
    private void submitUntilOver(int number) {
        for (int round = 0; !over.get(); round++) {
            int input = submitted.incrementAndGet();
            String node = BalanceFixture.NODES.get((number + round) % 2);
            Submission submission = number % 4 < 2 ? Submission.plain() : Submission.key("key-" + input);
            WorkflowHandle<Integer> workflow =
                    fixture.engine(node).submit(BalanceFixture.DEFINITION, input, submission);
            assertThat(workflow.result(RESULT_WAIT))
                    .as("workflow %s, submitted to %s", workflow.id(), node)
                    .isEqualTo(BalanceFixture.resultOf(input));
        }
    }

    /** All go over, or, every third time, some change their minds on the way. */
    private void move(int times, Random random) {
        for (int time = 0; time < times; time++) {
            String to = BalanceFixture.NODES.get((time + 1) % 2);
            if (time % 3 == 2) {
                fixture.share(to, random.nextInt(BalanceFixture.BUCKETS));
                long until = System.nanoTime() + random.nextInt(60_000_000);
                Await.until("a moment", () -> System.nanoTime() - until > 0);
            }
            long start = System.nanoTime();
            fixture.share(to, BalanceFixture.BUCKETS);
            fixture.awaitOwned(to, BalanceFixture.BUCKETS);
            moves.add(Duration.ofNanos(System.nanoTime() - start));
            int before = fixture.calls.size();
            Await.until("bodies run on " + to, () -> fixture.calls.size() - before > SUBMITTERS);
        }
    }

    private void report() {
        Collections.sort(moves);
        LOG.log(
                Level.INFO,
                "{0} workflows, {1} moves of {2} buckets each: median {3}, longest {4}",
                submitted.get(),
                moves.size(),
                BalanceFixture.BUCKETS,
                moves.get(moves.size() / 2),
                moves.getLast());
    }

    private void requireEachRanOnce() {
        assertThat(fixture.rows("select uid::text from holdfast.open_workflow"))
                .as("open")
                .isEmpty();
        assertThat(fixture.rows("select uid::text from holdfast.workflow"))
                .as("workflows")
                .hasSize(submitted.get());
        assertThat(fixture.rows(NOT_COMPLETED)).as("not completed").isEmpty();
        assertThat(fixture.rows(NOT_DENSE)).as("with a hole in the log").isEmpty();
        assertThat(fixture.rows(TWO_OUTCOMES)).as("with two outcomes").isEmpty();
        assertThat(fixture.rows("select uid || ' ' || loads || ' ' || at from public.counted"))
                .as("hand-overs that were taken for crashes")
                .isEmpty();
        assertThat(fixture.calls)
                .as("how often each body ran")
                .hasSize(submitted.get() * BalanceFixture.STEPS)
                .allSatisfy((attempt, times) -> assertThat(times).as(attempt).hasValue(1));
        assertThat(fixture.calls.keySet()).as("attempts").allMatch(attempt -> attempt.endsWith("attempt 1"));
    }
}

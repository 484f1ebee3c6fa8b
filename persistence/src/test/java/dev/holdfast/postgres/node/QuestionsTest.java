package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.OverloadedException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepScope;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** However many people ask, and however slow the answers are, workflows go on. */
@Timeout(120)
class QuestionsTest {
    private static final int ASKING = 16;
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("retried", 1, Integer.class, Integer.class);
    private static final Step STEP = Step.named("twice").retry(RetryPolicy.exponential(Duration.ofSeconds(1), 2));

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    /** Each question waits for a lock, up to the statement timeout. */
    @Test
    void takeNoConnectionFromTheEngine() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (Holdfast node = PostgresHoldfast.on(
                                PostgresConfig.of(database.jdbcUrl()).nodeName("asked"))
                        .register(DEFINITION, (ctx, input) -> ctx.step(STEP, Integer.class, QuestionsTest::secondTime))
                        .start();
                ForeignTransaction locking = new ForeignTransaction(database);
                ExecutorService people = Executors.newCachedThreadPool()) {
            locking.execute("lock table holdfast.retention in access exclusive mode");
            for (int n = 0; n < ASKING; n++) {
                people.execute(() -> {
                    while (!over.get()) {
                        ask(node, refused);
                    }
                });
            }
            Await.until("some are refused", () -> refused.get() >= ASKING);
            long began = System.nanoTime();
            int result = node.submit(DEFINITION, 1).result(Duration.ofSeconds(30));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            over.set(true);
            locking.rollback();
            assertThat(result).isOne();
            assertThat(took).as("with a back-off of 1 s").isLessThan(Duration.ofSeconds(5));
        }
    }

    private static int secondTime(StepScope step) {
        if (step.attempt() == 1) {
            throw new IllegalStateException("the first attempt");
        }
        return 1;
    }

    private static void ask(Holdfast node, AtomicInteger refused) {
        try {
            node.admin().retention();
        } catch (OverloadedException e) {
            refused.incrementAndGet();
        } catch (HoldfastException e) {
            assertThat(e).hasMessageContaining("canceling statement");
        }
    }
}

package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Submission;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.Batch;
import dev.holdfast.postgres.checkpoint.CheckpointQueue;
import dev.holdfast.postgres.checkpoint.MailboxBatch;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An Error ends the threads that write checkpoints; the node goes on without an operator. */
@Timeout(60)
class ThreadWatchTest {
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("watched", 1, Integer.class, Integer.class);
    private static final int WRITERS = 2;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final AtomicInteger deaths = new AtomicInteger();

    /** Ends the thread that takes from it, as long as there are writers of the first incarnation. */
    private final class DeadlyMailbox extends WorkflowMailbox {
        DeadlyMailbox(CheckpointQueue queue, WorkflowKey key, int lastSeq, Runnable left) {
            super(queue, key, lastSeq, left);
        }

        @Override
        public synchronized MailboxBatch take(Batch.Room room) {
            if (deaths.getAndIncrement() < WRITERS) {
                throw new StackOverflowError("a test");
            }
            return super.take(room);
        }
    }

    @Test
    void aNodeWhoseWritersHaveEndedJoinsAgain() {
        try (Holdfast node = TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), DeadlyMailbox::new)
                .config(EngineConfig.defaults().shutdownGrace(Duration.ofMillis(200)))
                .register(DEFINITION, (ctx, input) -> ctx.step("one", Integer.class, step -> input))
                .start()) {
            Await.until("a workflow is accepted and runs to its end", () -> ends(node));
            assertThat(deaths.get()).isGreaterThanOrEqualTo(WRITERS);
        }
    }

    private static boolean ends(Holdfast node) {
        try {
            return node.submit(DEFINITION, 1, Submission.plain()).result(Duration.ofSeconds(5)) == 1;
        } catch (HoldfastException e) {
            return false; // until it has joined again
        }
    }
}

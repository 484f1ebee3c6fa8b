package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.Batch;
import dev.holdfast.postgres.checkpoint.CheckpointQueue;
import dev.holdfast.postgres.checkpoint.MailboxBatch;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final AtomicInteger deathsLeft = new AtomicInteger(WRITERS);

    /** Ends the thread that takes from it, as often as is left. */
    private final class DeadlyMailbox extends WorkflowMailbox {
        DeadlyMailbox(CheckpointQueue queue, WorkflowKey key, int lastSeq, Runnable left) {
            super(queue, key, lastSeq, left);
        }

        @Override
        public synchronized MailboxBatch take(Batch.Room room) {
            if (deathsLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
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
            assertThat(deathsLeft).hasValue(0);
        }
    }

    /** Nobody knows what became of its batch, and its slot is free again. */
    @Test
    void aWorkflowInTheBatchOfAnEndedWriterRunsToItsEnd() {
        deathsLeft.set(0);
        AtomicBoolean first = new AtomicBoolean(true);
        try (Holdfast node = TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), DeadlyMailbox::new)
                .config(EngineConfig.defaults().loadedMax(1))
                .register(DEFINITION, (ctx, input) -> {
                    int one = ctx.step("one", Integer.class, step -> {
                        deathsLeft.set(first.getAndSet(false) ? WRITERS : 0);
                        return input;
                    });
                    return ctx.step("two", Integer.class, step -> one);
                })
                .start()) {
            WorkflowHandle<Integer> workflow = node.submit(DEFINITION, 1, Submission.plain());
            assertThat(workflow.result(Duration.ofSeconds(30))).isOne();
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

package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What is in the queue when it closes is taken by a writer or dropped: nobody waits for ever. */
final class CheckpointQueueTest {
    private static final int ROUNDS = 3_000;
    private static final int MAILBOXES = 50;
    /** Larger than what shares a commit, so that each is taken by itself. */
    private static final byte[] INPUT = new byte[Batch.LARGE_BYTES + 1];

    @Test
    void nothingIsLostBetweenAWriterThatTakesAndTheEnd() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            CheckpointQueue queue = new CheckpointQueue(100_000, 1L << 30, Duration.ofMillis(3));
            List<CompletableFuture<Void>> waiting = new ArrayList<>();
            for (int i = 0; i < MAILBOXES; i++) {
                waiting.add(mailbox(queue).create(creation()));
            }
            FutureTask<Integer> writer = new FutureTask<>(() -> entriesOf(queue));
            Thread.ofPlatform().start(writer);
            queue.close(new OwnershipLostException("closed by the test"));
            assertThat(writer.get() + dropped(waiting)).as("round %d", round).isEqualTo(MAILBOXES);
        }
    }

    private static int entriesOf(CheckpointQueue queue) {
        int entries = 0;
        for (Batch batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
            entries += batch.parts().stream()
                    .mapToInt(part -> part.writes().size())
                    .sum();
        }
        return entries;
    }

    private static int dropped(List<CompletableFuture<Void>> waiting) {
        return (int) waiting.stream().filter(Future::isDone).count();
    }

    private static WorkflowMailbox mailbox(CheckpointQueue queue) {
        return new WorkflowMailbox(queue, new WorkflowKey(0, 1, UUID.randomUUID()), 0, () -> {});
    }

    private static WorkflowWrite.Creation creation() {
        return new WorkflowWrite.Creation("probe", 1, Map.of(), INPUT, false, null);
    }
}

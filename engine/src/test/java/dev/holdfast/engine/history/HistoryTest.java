package dev.holdfast.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Position;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final int READERS = 4;
    private static final int ROUNDS = 5_000;

    /** Workflows that were accepted just now share one empty history, and start at the same moment. */
    @Test
    void anEmptyHistoryIsReadByManyThreadsAtOnce() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(READERS);
        try (ExecutorService threads = Executors.newFixedThreadPool(READERS)) {
            for (int round = 0; round < ROUNDS; round++) {
                History history = new History(List.of(), Instant.EPOCH);
                List<Callable<BranchHistory>> readers = IntStream.range(0, READERS)
                        .<Callable<BranchHistory>>mapToObj(reader -> () -> {
                            barrier.await();
                            return history.branch(reader % 2 == 0 ? Position.MAIN : "0." + reader);
                        })
                        .toList();
                for (Future<BranchHistory> branch : threads.invokeAll(readers)) {
                    assertThat(branch.get().isEmpty()).isTrue();
                }
            }
        }
    }
}

package dev.holdfast.postgres.node;

import dev.holdfast.spi.OwnershipLostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds threads of a node that have ended by an Error. Without them the node would hold its buckets and do nothing, so
 * it loses its ownership, and joins again with new threads. Filled by one thread, then used by the clock.
 */
final class ThreadWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadWatch.class);

    private final Map<String, BooleanSupplier> threads = new LinkedHashMap<>();
    private final BooleanSupplier closed;
    private final Consumer<OwnershipLostException> lost;

    /** {@code closed} says whether the threads are being ended. */
    ThreadWatch(BooleanSupplier closed, Consumer<OwnershipLostException> lost) {
        this.closed = closed;
        this.lost = lost;
    }

    ThreadWatch add(String name, BooleanSupplier alive) {
        threads.put(name, alive);
        return this;
    }

    /** Looks once a second, until the clock is shut down. */
    void schedule(ScheduledExecutorService clock) {
        Future<?> unused = clock.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        List<String> ended = threads.entrySet().stream()
                .filter(thread -> !thread.getValue().getAsBoolean())
                .map(Map.Entry::getKey)
                .toList();
        if (!ended.isEmpty() && !closed.getAsBoolean()) {
            LOG.error("threads of this node have ended by an error, it joins again with new ones: {}", ended);
            lost.accept(new OwnershipLostException("threads of this node have ended by an error: " + ended));
        }
    }
}

package dev.holdfast.server;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/** One HTTP/1.1 connection. Its own thread calls everything but {@link #close} and what asks for its state. */
final class Connection implements ServerConnection, InterruptableTask<Void> {
    private final ServerConnection http1;
    private final DataReader reader;
    private final Runnable ended;
    private boolean readsAway;

    Connection(ServerConnection http1, DataReader reader, Runnable ended) {
        this.http1 = http1;
        this.reader = reader;
        this.ended = ended;
    }

    void endAfterThis() {
        http1.close(false);
    }

    void readAwayAtTheEnd() {
        readsAway = true;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        try {
            http1.handle(limit);
        } finally {
            ended.run();
            if (readsAway) {
                new Leftovers(reader).readAway();
            }
        }
    }

    @Override
    public Duration idleTime() {
        return http1.idleTime();
    }

    @Override
    public boolean canInterrupt() {
        return http1 instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    @Override
    public void close(boolean interrupt) {
        http1.close(interrupt);
    }
}

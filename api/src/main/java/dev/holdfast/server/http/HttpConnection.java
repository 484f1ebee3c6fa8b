package dev.holdfast.server.http;

import dev.holdfast.server.config.ServerConfig;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection. Its own thread calls everything but {@link #close} and what asks for its state.
 *
 * <p>What it is to receive or to send next has a time limit as a whole, as each read alone would let a client hold the
 * connection with a byte now and then. The listener asks every second for {@link #idleTime}, and closes what is late.
 */
final class HttpConnection implements ServerConnection, InterruptableTask<Void> {
    private static final Duration LATE = Duration.ofDays(1);
    private static final ThreadLocal<@Nullable HttpConnection> OWN = new ThreadLocal<>();

    private final ServerConnection http1;
    private final DataReader reader;
    private final Duration silenceMax;
    private final Duration arrivalMax;
    private final Runnable ended;
    private final AtomicReference<Due> due;
    private boolean readsAway;

    /** When what is awaited must be there: never, at a time, or not any more, as the connection is given up. */
    private record Due(boolean limited, long nanos, boolean givenUp) {
        static final Due NEVER = new Due(false, 0, false);
        static final Due GIVEN_UP = new Due(false, 0, true);

        static Due in(Duration time) {
            return new Due(true, System.nanoTime() + time.toNanos(), false);
        }

        boolean isOver() {
            return limited && System.nanoTime() - nanos > 0;
        }
    }

    HttpConnection(ServerConnection http1, DataReader reader, ServerConfig config, Runnable ended) {
        this.http1 = http1;
        this.reader = reader;
        this.silenceMax = config.readTimeout();
        this.arrivalMax = config.arrivalMax();
        this.ended = ended;
        this.due = new AtomicReference<>(Due.in(silenceMax));
    }

    /** The first line of a request is here, its headers are to come. */
    void headersArrive() {
        await(Due.in(arrivalMax));
    }

    void headersArrived() {
        await(Due.NEVER);
    }

    /** The body of the request of this thread is read from now on, until {@link #bodyArrived}. */
    static void bodyArrives() {
        HttpConnection own = OWN.get();
        if (own != null) {
            own.await(Due.in(own.arrivalMax));
        }
    }

    /** Throws {@link CloseConnectionException} where it has not, as it took too long. */
    static void bodyArrived() {
        HttpConnection own = OWN.get();
        if (own != null) {
            own.await(Due.NEVER);
        }
    }

    /** The answer is sent now, to whoever takes it, and the next request may come. */
    void answers() {
        await(Due.in(silenceMax));
    }

    /** Nothing more is said to one that was given up: its socket is closed. */
    private void await(Due next) {
        if (due.getAndUpdate(now -> now.givenUp() ? now : next).givenUp()) {
            throw new CloseConnectionException("given up, as it took too long");
        }
    }

    void endAfterThis() {
        http1.close(false);
    }

    void readAwayAtTheEnd() {
        readsAway = true;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        OWN.set(this);
        try {
            http1.handle(limit);
        } finally {
            OWN.remove();
            ended.run();
            if (readsAway && !due.get().givenUp()) {
                new UnreadBody(reader).readAway();
            }
        }
    }

    @Override
    public Duration idleTime() {
        return due.get().isOver() ? LATE : http1.idleTime();
    }

    @Override
    public boolean canInterrupt() {
        return http1 instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    /** An interrupt closes the socket under a read or a write, which is what has become of one that is late. */
    @Override
    public void close(boolean interrupt) {
        Due now = due.get();
        boolean late = now.isOver() && due.compareAndSet(now, Due.GIVEN_UP);
        http1.close(interrupt || late);
    }
}

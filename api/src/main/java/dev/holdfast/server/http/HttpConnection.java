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
 * One HTTP/1.1 connection. Its own thread calls all methods except {@link #close}, {@link #idleTime} and
 * {@link #canInterrupt}, which Helidon's listener calls.
 *
 * <p>The headers, the body and the response each have a time limit as a whole; with a limit per read, a client could
 * hold the connection with a byte now and then. The listener calls {@link #idleTime} every second, and closes
 * connections that are past their deadline.
 */
public final class HttpConnection implements ServerConnection, InterruptableTask<Void> {
    private static final Duration LATE = Duration.ofDays(1);
    /** For a client that does not read what it asked for. */
    private static final Duration STREAM_WRITE_MAX = Duration.ofSeconds(10);

    private static final ThreadLocal<@Nullable HttpConnection> OWN = new ThreadLocal<>();

    private final ServerConnection http1;
    private final DataReader reader;
    private final Duration idleMax;
    private final Duration arrivalMax;
    private final Runnable ended;
    private final AtomicReference<Deadline> deadline;
    private boolean drains;

    /**
     * The deadline of the current read or write: none, a time, or already past, in which case the connection is
     * abandoned.
     */
    private record Deadline(boolean limited, long nanos, boolean abandoned) {
        static final Deadline NEVER = new Deadline(false, 0, false);
        static final Deadline ABANDONED = new Deadline(false, 0, true);

        static Deadline in(Duration time) {
            return new Deadline(true, System.nanoTime() + time.toNanos(), false);
        }

        boolean isOver() {
            return limited && System.nanoTime() - nanos > 0;
        }
    }

    HttpConnection(ServerConnection http1, DataReader reader, ServerConfig config, Runnable ended) {
        this.http1 = http1;
        this.reader = reader;
        this.idleMax = config.readTimeout();
        this.arrivalMax = config.arrivalMax();
        this.ended = ended;
        this.deadline = new AtomicReference<>(Deadline.in(idleMax));
    }

    /** Called after the first line of a request, before its headers. */
    void headersStarted() {
        await(Deadline.in(arrivalMax));
    }

    void headersComplete() {
        await(Deadline.NEVER);
    }

    /** Starts the limit for the body of the request of this thread; {@link #bodyComplete} ends it. */
    static void bodyStarted() {
        HttpConnection own = OWN.get();
        if (own != null) {
            own.await(Deadline.in(own.arrivalMax));
        }
    }

    /** Throws {@link CloseConnectionException} if the body took too long. */
    static void bodyComplete() {
        HttpConnection own = OWN.get();
        if (own != null) {
            own.await(Deadline.NEVER);
        }
    }

    /** Starts the limit for a part of the stream that this thread sends. */
    public static void streamWrites() {
        HttpConnection own = OWN.get();
        if (own != null) {
            own.await(Deadline.in(own.idleMax.compareTo(STREAM_WRITE_MAX) < 0 ? own.idleMax : STREAM_WRITE_MAX));
        }
    }

    /** The part is sent: the next one may be long in coming. */
    public static void streamWaits() {
        HttpConnection own = OWN.get();
        if (own != null) {
            own.await(Deadline.NEVER);
        }
    }

    /** Starts the limit for the silence until the next request. */
    public static void streamEnds() {
        HttpConnection own = OWN.get();
        if (own != null) {
            own.responseStarted();
        }
    }

    /** Starts the limit for the response and the silence until the next request. */
    void responseStarted() {
        await(Deadline.in(idleMax));
    }

    /** Throws {@link CloseConnectionException} for an abandoned connection: its socket is closed. */
    private void await(Deadline next) {
        if (deadline.getAndUpdate(now -> now.abandoned() ? now : next).abandoned()) {
            throw new CloseConnectionException("closed because the client took too long");
        }
    }

    void closeAfterResponse() {
        http1.close(false);
    }

    void drainBeforeClose() {
        drains = true;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        OWN.set(this);
        try {
            http1.handle(limit);
        } finally {
            OWN.remove();
            ended.run();
            if (drains && !deadline.get().abandoned()) {
                new UnreadBody(reader).drain();
            }
        }
    }

    @Override
    public Duration idleTime() {
        return deadline.get().isOver() ? LATE : http1.idleTime();
    }

    @Override
    public boolean canInterrupt() {
        return http1 instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    /** Interrupts a late connection: that closes the socket under its read or write. */
    @Override
    public void close(boolean interrupt) {
        Deadline now = deadline.get();
        boolean late = now.isOver() && deadline.compareAndSet(now, Deadline.ABANDONED);
        http1.close(interrupt || late);
    }
}

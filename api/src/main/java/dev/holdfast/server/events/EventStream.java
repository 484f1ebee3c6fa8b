package dev.holdfast.server.events;

import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.engine.feed.EventFeed;
import dev.holdfast.engine.feed.FeedEvent;
import dev.holdfast.engine.feed.FeedSubscription;
import dev.holdfast.server.http.HttpConnection;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream to one client. The thread of the request runs it; any thread may end or interrupt it. */
final class EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private final String workflow;
    private final Duration beat;
    private final BooleanSupplier allowed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread thread = Thread.currentThread();
    private @Nullable FeedSubscription subscription;
    private boolean stopping;
    private boolean left;

    /**
     * Called on the thread that runs it. {@code allowed} tells whether the client may still read; it is asked at each
     * {@code beat}.
     */
    EventStream(String workflow, Duration beat, BooleanSupplier allowed) {
        this.workflow = workflow;
        this.beat = beat;
        this.allowed = allowed;
    }

    /** Sends the events until they are over; {@code open} begins the response once the first are read. */
    void run(EventFeed feed, OptionalInt after, Supplier<OutputStream> open) {
        try (FeedSubscription events = feed.watch(workflow, after, this::interrupt)) {
            follow(events);
            send(events, after.orElse(0), open.get());
        } catch (InterruptedException e) {
            LOG.atDebug().addKeyValue("workflow", workflow).log("an event stream of workflow {} ends", workflow);
        } catch (IOException | UncheckedIOException e) {
            throw new CloseConnectionException("the client of an event stream is gone, or too slow", e);
        }
    }

    private void follow(FeedSubscription events) {
        lock.lock();
        try {
            subscription = events;
            if (stopping) {
                events.end();
            }
        } finally {
            lock.unlock();
        }
    }

    private void send(FeedSubscription events, int after, OutputStream out) throws IOException, InterruptedException {
        int known = after;
        write(out, EventText.RETRY);
        long next = System.nanoTime() + beat.toNanos();
        while (!events.isOver()) {
            Optional<FeedEvent> event = next(events, Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            if (event.isPresent()) {
                known = EventText.id(event.orElseThrow(), known);
                write(out, EventText.of(workflow, event.orElseThrow(), known));
            }
            if (System.nanoTime() - next >= 0 && !events.isOver()) {
                if (!allowed.getAsBoolean()) {
                    break;
                }
                write(out, EventText.COMMENT);
                next = System.nanoTime() + beat.toNanos();
            }
        }
        HttpConnection.streamEnds();
    }

    /** An outage while the events are read that the client has missed ends the stream: the client comes back. */
    private Optional<FeedEvent> next(FeedSubscription events, Duration patience) throws InterruptedException {
        try {
            return events.next(patience);
        } catch (StoreUnavailableException | OverloadedException e) {
            LOG.atDebug()
                    .addKeyValue("workflow", workflow)
                    .setCause(e)
                    .log("an event stream of workflow {} ends early", workflow);
            events.end();
            return Optional.empty();
        }
    }

    private static void write(OutputStream out, byte[] text) throws IOException {
        HttpConnection.streamWrites();
        out.write(text);
        out.flush();
        HttpConnection.streamWaits();
    }

    /** Ends the stream after what it is writing. */
    void end() {
        lock.lock();
        try {
            stopping = true;
            if (subscription != null) {
                subscription.end();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream at once; closes the connection of a client that does not read. */
    void interrupt() {
        lock.lock();
        try {
            if (!left) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** No interrupt follows. */
    void leave() {
        lock.lock();
        try {
            left = true;
            boolean unused = Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }
}

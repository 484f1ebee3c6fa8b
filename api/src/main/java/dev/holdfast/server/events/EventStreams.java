package dev.holdfast.server.events;

import dev.holdfast.Holdfast;
import dev.holdfast.OverloadedException;
import dev.holdfast.engine.Engine;
import dev.holdfast.server.http.NotJoinedException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The event streams of this node: limits their number, and ends them when the server stops. Safe for all threads. */
public final class EventStreams {
    private static final int STREAMS_MAX = 1_000;
    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    /** For streams to end by themselves when the server stops. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final int streamsMax;
    private final Duration beat;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private final Set<EventStream> open = new HashSet<>();
    private volatile LongUpDownCounter counter = counter(OpenTelemetry.noop());
    private boolean ended;

    /** At most 1,000 streams, with a comment every 15 s. */
    public EventStreams() {
        this(STREAMS_MAX, BEAT);
    }

    /** With other limits, for tests. */
    public EventStreams(int streamsMax, Duration beat) {
        this.streamsMax = streamsMax;
        this.beat = beat;
    }

    /** Counts the open streams there; called before the first one. */
    public void reportTo(OpenTelemetry telemetry) {
        counter = counter(telemetry);
        counter.add(0); // present from the start
    }

    private static LongUpDownCounter counter(OpenTelemetry telemetry) {
        return telemetry
                .getMeter("dev.holdfast")
                .upDownCounterBuilder("holdfast.event.streams")
                .setDescription("Event streams that are open")
                .build();
    }

    /**
     * Sends the events of a workflow; returns when they are over. Throws {@link OverloadedException} if there are too
     * many streams, and what {@code EventFeed.watch} throws, before {@code response} is called.
     *
     * @param after the seq of the last value that the client knows
     * @param allowed whether the client may still read
     * @param response begins the response
     */
    public void send(
            Holdfast engine,
            String workflow,
            OptionalInt after,
            BooleanSupplier allowed,
            Supplier<OutputStream> response) {
        if (!(engine instanceof Engine watched)) {
            throw new IllegalStateException(
                    "the engine is a " + engine.getClass().getName() + ", which has no feed");
        }
        EventStream stream = new EventStream(workflow, beat, allowed);
        enter(stream);
        try {
            stream.run(watched.feed(), after, response);
        } finally {
            leave(stream);
        }
    }

    private void enter(EventStream stream) {
        lock.lock();
        try {
            if (ended) {
                throw new NotJoinedException("This node is shutting down.");
            }
            if (open.size() >= streamsMax) {
                throw new OverloadedException(
                        "the event streams of this node are at their limit of " + streamsMax
                                + ": ask another node, or GET …/published now and then",
                        RETRY_AFTER);
            }
            open.add(stream);
            counter.add(1);
        } finally {
            lock.unlock();
        }
    }

    private void leave(EventStream stream) {
        stream.leave();
        lock.lock();
        try {
            open.remove(stream);
            counter.add(-1);
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all streams, now and from now on: closes the connections of clients that do not read. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            open.forEach(EventStream::end);
            long nanos = GRACE.toNanos();
            while (!open.isEmpty() && nanos > 0) {
                nanos = left.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.forEach(EventStream::interrupt);
            lock.unlock();
        }
    }

    /** How many are open. */
    public int open() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }
}

package dev.holdfast.server.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events that goes on after a lost connection from the last event with an id. One thread uses
 * it; a thread of its own reads, no further ahead than a queue.
 */
public final class EventSource implements AutoCloseable {
    private static final int QUEUE_MAX = 1_000;

    private final Client node;
    private final String path;
    private @Nullable Connection connection;
    private String lastId = "";

    /** {@code path} is encoded and absolute. */
    public EventSource(Client node, String path) {
        this.node = node;
        this.path = path;
    }

    /**
     * Returns the events that have come since the last call. Connects if there is no connection; throws
     * {@link CommandFailedException} if the node refuses that, or does not respond.
     */
    public List<ServerEvent> poll() {
        if (connection == null || connection.isLost()) {
            close();
            connection = new Connection(node.stream(path, lastId));
        }
        List<ServerEvent> events = connection.take();
        for (ServerEvent event : events) {
            lastId = event.id().isEmpty() ? lastId : event.id();
        }
        return events;
    }

    /** Whether the node has ended the stream, and all events were taken. */
    public boolean isOver() {
        return connection != null && connection.isOver();
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
    }

    /** One response, read by a thread of its own. */
    private static final class Connection {
        private final InputStream body;
        private final BlockingQueue<ServerEvent> queue = new LinkedBlockingQueue<>(QUEUE_MAX);
        private final Thread thread;
        private volatile boolean ended;
        private volatile boolean broken;

        Connection(InputStream body) {
            this.body = body;
            this.thread = Thread.ofVirtual().name("holdfast-events").start(this::read);
        }

        private void read() {
            EventReader reader = new EventReader(body);
            try (body) {
                for (Optional<ServerEvent> next = reader.next(); next.isPresent(); next = reader.next()) {
                    queue.put(next.orElseThrow());
                }
                ended = true;
            } catch (IOException e) {
                broken = true; // the next poll connects again
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                broken = true;
            }
        }

        List<ServerEvent> take() {
            List<ServerEvent> events = new ArrayList<>();
            queue.drainTo(events);
            return events;
        }

        boolean isOver() {
            return ended && queue.isEmpty();
        }

        boolean isLost() {
            return (ended || broken) && queue.isEmpty();
        }

        void close() {
            thread.interrupt();
            try {
                body.close();
            } catch (IOException e) {
                broken = true; // it is closed all the same
            }
        }
    }
}

package dev.holdfast.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ServerConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The rest of a body that a client still sends after its response. It is read and dropped before the connection closes,
 * because closing with unread bytes resets the connection, and many clients then lose the response. Ends when the
 * client closes, is silent for {@link #IDLE_MAX}, or has sent {@link #BYTES_MAX}. Used by the thread of the connection
 * only.
 */
final class UnreadBody {
    private static final long BYTES_MAX = 128L << 20;
    private static final Duration IDLE_MAX = Duration.ofMillis(500);
    private static final int PERIODS_MAX = 10;

    private final DataReader reader;
    private final Thread thread = Thread.currentThread();
    private final AtomicLong bytes = new AtomicLong();

    UnreadBody(DataReader reader) {
        this.reader = reader;
    }

    void drain() {
        Thread watch = Thread.ofVirtual().name("holdfast-unread-body").start(this::watch);
        try {
            while (bytes.get() < BYTES_MAX && !Thread.currentThread().isInterrupted()) {
                reader.ensureAvailable();
                int available = reader.available();
                reader.skip(available);
                bytes.addAndGet(available);
            }
        } catch (DataReader.InsufficientDataAvailableException | ServerConnectionException e) {
            // closed, by the client or by the watch
        } finally {
            watch.interrupt();
        }
    }

    /** Interrupts the reader, which closes the socket under its read. */
    private void watch() {
        try {
            long before = -1;
            for (int period = 0; period < PERIODS_MAX && bytes.get() != before; period++) {
                before = bytes.get();
                Thread.sleep(IDLE_MAX);
            }
            thread.interrupt();
        } catch (InterruptedException e) {
            // the reader has ended
        }
    }
}

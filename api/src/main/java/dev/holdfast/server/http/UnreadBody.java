package dev.holdfast.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ServerConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a client still sends after its answer. It is read and dropped before the connection is closed, because closing
 * on unread bytes resets the connection, and many clients then never see the answer. Ends when the client closes, falls
 * silent, or has sent too much. Made and used by the thread of the connection.
 */
final class UnreadBody {
    private static final long BYTES_MAX = 128L << 20;
    private static final Duration SILENCE_MAX = Duration.ofMillis(500);
    private static final int PERIODS_MAX = 10;

    private final DataReader reader;
    private final Thread thread = Thread.currentThread();
    private final AtomicLong bytes = new AtomicLong();

    UnreadBody(DataReader reader) {
        this.reader = reader;
    }

    void readAway() {
        Thread watch = Thread.ofVirtual().name("holdfast-leftovers").start(this::watch);
        try {
            while (bytes.get() < BYTES_MAX && !Thread.currentThread().isInterrupted()) {
                reader.ensureAvailable();
                int available = reader.available();
                reader.skip(available);
                bytes.addAndGet(available);
            }
        } catch (DataReader.InsufficientDataAvailableException | ServerConnectionException e) {
            // closed: by the client, which is what this waited for, or by the watch
        } finally {
            watch.interrupt();
        }
    }

    /** An interrupt closes the socket under the read. */
    private void watch() {
        try {
            long before = -1;
            for (int period = 0; period < PERIODS_MAX && bytes.get() != before; period++) {
                before = bytes.get();
                Thread.sleep(SILENCE_MAX);
            }
            thread.interrupt();
        } catch (InterruptedException e) {
            // over already
        }
    }
}

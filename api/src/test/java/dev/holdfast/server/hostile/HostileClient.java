package dev.holdfast.server.hostile;

import dev.holdfast.server.Answer;
import dev.holdfast.server.http.RawRequest;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends hostile requests one after the other, on one connection as long as both sides keep it. One thread. */
final class HostileClient implements AutoCloseable {
    private static final int CONTINUE = 100;

    private final int port;
    private @Nullable RawRequest connection;
    private @Nullable HostileRequest before;

    HostileClient(int port) {
        this.port = port;
    }

    /**
     * Throws when there is no whole answer in time. A connection that was used before may be closed at any time, so
     * then it is sent once more on a new one (RFC 9112, section 9.3.1).
     */
    Answer send(HostileRequest request) {
        boolean used = before != null;
        try {
            return sendOnce(request);
        } catch (UncheckedIOException e) {
            if (!used) {
                throw e;
            }
            disconnect();
            return sendOnce(request);
        }
    }

    private Answer sendOnce(HostileRequest request) {
        RawRequest raw = connection == null ? new RawRequest(port) : connection;
        connection = raw;
        raw.write(request.bytes());
        if (request.last()) {
            raw.endOfOutput();
        }
        Answer answer = answer(raw, request);
        before = request;
        if (request.last()
                || answer.header("Connection").filter("close"::equals).isPresent()) {
            disconnect();
        }
        return answer;
    }

    private static Answer answer(RawRequest raw, HostileRequest request) {
        Answer answer = request.method().equals("HEAD") ? raw.head() : raw.answer();
        return answer.status() == CONTINUE ? answer(raw, request) : answer;
    }

    /** The one that was answered before on this connection, which may be to blame. */
    Optional<HostileRequest> before() {
        return Optional.ofNullable(before);
    }

    /** The next request has a connection of its own. */
    void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
            before = null;
        }
    }

    @Override
    public void close() {
        disconnect();
    }
}

package dev.holdfast.server.hostile;

import dev.holdfast.server.Response;
import dev.holdfast.server.http.RawRequest;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends hostile requests sequentially, on one connection while both sides keep it open. Used by one thread. */
final class HostileClient implements AutoCloseable {
    private static final int CONTINUE = 100;

    private final int port;
    private @Nullable RawRequest connection;
    private @Nullable HostileRequest before;

    HostileClient(int port) {
        this.port = port;
    }

    /**
     * Throws if there is no complete response in time. A reused connection may be closed at any time; then the request
     * is sent once more on a new one (RFC 9112, section 9.3.1).
     */
    Response send(HostileRequest request) {
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

    private Response sendOnce(HostileRequest request) {
        RawRequest raw = connection == null ? new RawRequest(port) : connection;
        connection = raw;
        raw.write(request.bytes());
        if (request.last()) {
            raw.endOfOutput();
        }
        Response response = response(raw, request);
        before = request;
        if (request.last()
                || response.header("Connection").filter("close"::equals).isPresent()) {
            disconnect();
        }
        return response;
    }

    private static Response response(RawRequest raw, HostileRequest request) {
        Response response = request.method().equals("HEAD") ? raw.head() : raw.response();
        return response.status() == CONTINUE ? response(raw, request) : response;
    }

    /** The previous request on this connection, which may be the cause of a failure. */
    Optional<HostileRequest> before() {
        return Optional.ofNullable(before);
    }

    /** Makes the next request use a new connection. */
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

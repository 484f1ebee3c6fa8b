package dev.holdfast.server.http;

import dev.holdfast.server.config.ServerConfig;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * HTTP/1.1 connections that end when request or answer say so, and when a client takes too long. Helidon (4.3.0) alone
 * goes on reading, and takes what is left of a refused body for the next request. Safe for all threads.
 */
public final class HttpConnections implements ServerConnectionSelector {
    private final ConcurrentHashMap<ConnectionContext, HttpConnection> open = new ConcurrentHashMap<>();
    private final ServerConnectionSelector http1;
    private final ServerConfig config;

    public HttpConnections(ServerConfig config, Http1Config.Builder http) {
        this.config = config;
        Http1Config whole = http.addReceiveListener(new Requests())
                .addSendListener(new Responses())
                .build();
        this.http1 = Http1ConnectionSelector.builder().config(whole).build();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        HttpConnection connection =
                new HttpConnection(http1.connection(context), context.dataReader(), config, () -> open.remove(context));
        open.put(context, connection);
        return connection;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    private void with(ConnectionContext context, Consumer<HttpConnection> action) {
        HttpConnection connection = open.get(context);
        if (connection != null) {
            action.accept(connection);
        }
    }

    private final class Requests implements Http1ConnectionListener {
        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            with(context, HttpConnection::headersArrive);
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            with(context, HttpConnection::headersArrived);
            if (headers.contains(HeaderValues.CONNECTION_CLOSE)) {
                with(context, HttpConnection::endAfterThis);
            }
        }
    }

    private final class Responses implements Http1ConnectionListener {
        /** It says so here where the server wants the end: after what may not have been read to its end. */
        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (headers.contains(HeaderValues.CONNECTION_CLOSE)) {
                with(context, HttpConnection::endAfterThis);
                with(context, HttpConnection::readAwayAtTheEnd);
            }
        }

        @Override
        public void status(ConnectionContext context, Status status) {
            if (status.family() != Status.Family.INFORMATIONAL) {
                with(context, HttpConnection::answers);
            }
            if (status.code() == ProblemCode.TOO_LARGE.status) {
                with(context, HttpConnection::readAwayAtTheEnd);
            }
        }
    }
}

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
 * Creates HTTP/1.1 connections that close when request or response say so, and when a client takes too long. Helidon
 * 4.3.0 alone continues to read, and takes the rest of a rejected body for the next request. Safe for all threads.
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
            with(context, HttpConnection::headersStarted);
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            with(context, HttpConnection::headersComplete);
            if (headers.contains(HeaderValues.CONNECTION_CLOSE)) {
                with(context, HttpConnection::closeAfterResponse);
            }
        }
    }

    private final class Responses implements Http1ConnectionListener {
        /** The server sets Connection: close after a body that it may not have read completely. */
        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (headers.contains(HeaderValues.CONNECTION_CLOSE)) {
                with(context, HttpConnection::closeAfterResponse);
                with(context, HttpConnection::drainBeforeClose);
            }
        }

        @Override
        public void status(ConnectionContext context, Status status) {
            if (status.family() != Status.Family.INFORMATIONAL) {
                with(context, HttpConnection::responseStarted);
            }
            if (status.code() == ProblemCode.TOO_LARGE.status) {
                with(context, HttpConnection::drainBeforeClose);
            }
        }
    }
}

package dev.holdfast.server;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.uri.UriPath;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RoutedPath;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpFeature;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;

/**
 * The routes of an engine below a path of somebody else's server. One filter passes the requests below that path to a
 * routing of its own, so that filters and error handlers of either side do not see requests of the other. Safe for all
 * threads.
 */
final class NestedRouting implements HttpFeature {
    private final String path;
    private final ApiRouting api;
    private final HttpRouting inner;

    /** {@code path} begins with a slash and does not end with one. */
    NestedRouting(String path, ApiRouting api) {
        this.path = path;
        this.api = api;
        this.inner = api.routing(NestedRouting::isLocal).build();
    }

    /** Only programs of this machine reach an address of its loopback. */
    private static boolean isLocal(RoutingRequest request) {
        return request.localPeer().address() instanceof InetSocketAddress own
                && own.getAddress() != null
                && own.getAddress().isLoopbackAddress();
    }

    @Override
    public void setup(HttpRouting.Builder routing) {
        routing.addFilter(this::filter);
    }

    private void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        HttpPrologue prologue = request.prologue();
        String target = prologue.uriPath().rawPath();
        if (!target.startsWith(path + "/")) {
            chain.proceed();
            return;
        }
        RoutedPath routed = request.path();
        request.prologue(HttpPrologue.create(
                prologue.rawProtocol(),
                prologue.protocol(),
                prologue.protocolVersion(),
                prologue.method(),
                UriPath.create(target.substring(path.length())),
                prologue.query(),
                prologue.fragment()));
        try {
            inner.route(new RequestConnection(request), request, response);
        } finally { // filters around this one may log the request
            request.prologue(prologue);
            request.path(routed);
        }
    }

    @Override
    public void afterStop() {
        api.drain();
    }

    /** What a routing asks of the connection of a request: its listener and its peers. Filters do not get it. */
    private record RequestConnection(RoutingRequest request) implements ConnectionContext {
        @Override
        public ListenerContext listenerContext() {
            return request.listenerContext();
        }

        @Override
        public PeerInfo remotePeer() {
            return request.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return request.localPeer();
        }

        @Override
        public boolean isSecure() {
            return request.isSecure();
        }

        @Override
        public String socketId() {
            return request.serverSocketId();
        }

        @Override
        public String childSocketId() {
            return request.socketId();
        }

        @Override
        public ExecutorService executor() {
            throw new UnsupportedOperationException();
        }

        @Override
        public DataWriter dataWriter() {
            throw new UnsupportedOperationException();
        }

        @Override
        public DataReader dataReader() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Router router() {
            throw new UnsupportedOperationException();
        }
    }
}

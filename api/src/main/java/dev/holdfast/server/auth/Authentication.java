package dev.holdfast.server.auth;

import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.http.Paths;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.RequestValues;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Finds out who asks, before any route is looked for, and refuses whom nobody knows. With API keys, a request needs
 * one. Without, only programs of this machine may ask: the Host header must name loopback (a web page that rebinds its
 * name to 127.0.0.1 still sends its own). A page of another origin is refused in any case. Health is for all who may
 * connect. Safe for all threads.
 */
public final class Authentication implements Filter {
    private static final Pattern LOOPBACK =
            Pattern.compile("(127(\\.\\d{1,3}){3}|localhost|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final String BEARER = "bearer ";

    private final ApiKeyCache keys;
    private final boolean loopback;
    private final String scheme;
    private final RejectionLog refusals = new RejectionLog();

    public Authentication(ServerConfig config, ApiKeyCache keys) {
        this.keys = keys;
        this.loopback = config.isLoopback();
        this.scheme = config.hasTls() ? "https://" : "http://";
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.prologue().uriPath().rawPath();
        if (path.startsWith(Paths.HEALTH)) {
            requireHealthHost(request.headers());
        } else {
            caller(request, path).register(request.context());
        }
        chain.proceed();
    }

    /** Answers from memory, as health does: also while nobody can look for keys. */
    private void requireHealthHost(ServerRequestHeaders headers) {
        if (loopback && !keys.hadKeys()) {
            requireLocal(headers);
        }
        requireOrigin(headers);
    }

    private Caller caller(RoutingRequest request, String path) {
        // Metrics are needed most in an outage, and change nothing: there the last look will do.
        ApiKeySnapshot look = path.equals(Paths.METRICS) ? keys.snapshotOrLast() : keys.snapshot();
        ServerRequestHeaders headers = request.headers();
        if (look.configured()) {
            requireOrigin(headers);
            ApiKeySnapshot.Held held = held(look, request);
            keys.use(held);
            return Caller.of(held.key().key(), held.role());
        }
        if (!loopback) {
            throw refused(request, "There are no API keys any more, and this is no loopback address.", "");
        }
        requireLocal(headers);
        requireOrigin(headers);
        return Caller.local();
    }

    /** Of several headers, somebody on the way may have looked at another one. */
    private ApiKeySnapshot.Held held(ApiKeySnapshot look, RoutingRequest request) {
        List<String> headers = request.headers().all(HeaderNames.AUTHORIZATION, List::of);
        String header = headers.size() == 1 ? headers.getFirst() : "";
        if (!header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw refused(request, "There is no header Authorization: Bearer with a key, or more than one.", "");
        }
        return look.find(header.substring(BEARER.length()).strip())
                .orElseThrow(() ->
                        refused(request, "This key is unknown, revoked or expired.", ", error=\"invalid_token\""));
    }

    /** With the challenge of RFC 6750, section 3. */
    private ProblemException refused(RoutingRequest request, String detail, String error) {
        refusals.count(request.remotePeer().host());
        return new ProblemException(new Problem(ProblemCode.UNAUTHENTICATED, detail)
                .header("WWW-Authenticate", "Bearer realm=\"holdfast\"" + error));
    }

    private static void requireLocal(ServerRequestHeaders headers) {
        String host = headers.first(HeaderNames.HOST).orElse("");
        if (!LOOPBACK.matcher(host).matches()) {
            throw new ProblemException(new Problem(
                    ProblemCode.FOREIGN_HOST, "Host is \"" + RequestValues.shown(host) + "\", not loopback."));
        }
    }

    private void requireOrigin(ServerRequestHeaders headers) {
        String own = scheme + headers.first(HeaderNames.HOST).orElse("");
        String origin = headers.first(HeaderNames.ORIGIN).orElse(own);
        if (!origin.equalsIgnoreCase(own)) {
            throw new ProblemException(new Problem(
                    ProblemCode.FOREIGN_ORIGIN,
                    "Origin is \"" + RequestValues.shown(origin) + "\", but this server is " + RequestValues.shown(own)
                            + "."));
        }
    }
}

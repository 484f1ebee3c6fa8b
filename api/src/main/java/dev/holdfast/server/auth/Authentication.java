package dev.holdfast.server.auth;

import dev.holdfast.StoreUnavailableException;
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
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Authenticates each request before it is routed; unauthenticated requests are rejected. If the installation has API
 * keys, a request needs one. If it has none, only programs of this machine are allowed: the Host header must name
 * loopback, because a web page that rebinds its name to 127.0.0.1 still sends its own name. Requests of a foreign
 * origin are always rejected. Health needs no key, and the token of a callback is one. Safe for all threads.
 */
public final class Authentication implements Filter {
    private static final Pattern LOOPBACK =
            Pattern.compile("(127(\\.\\d{1,3}){3}|localhost|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final String BEARER = "bearer ";

    private final ApiKeyCache keys;
    private final Predicate<RoutingRequest> local;
    private final RejectionLog rejections = new RejectionLog();

    /** {@code local} tells whether only programs of this machine can have sent a request. */
    public Authentication(ApiKeyCache keys, Predicate<RoutingRequest> local) {
        this.keys = keys;
        this.local = local;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.prologue().uriPath().rawPath();
        if (path.startsWith(Paths.HEALTH) || path.startsWith(Paths.CALLBACKS)) {
            requireLocalHost(request);
        } else {
            caller(request, path).register(request.context());
        }
        chain.proceed();
    }

    /** Reads memory only, so that health responds during an outage of the database. */
    private void requireLocalHost(RoutingRequest request) {
        if (local.test(request) && !keys.lastConfigured()) {
            requireLocal(request.headers());
        }
        requireOrigin(request);
    }

    /**
     * Whether the sender of a request that was let in would be let in again: its key was not revoked since, and has the
     * same role and scopes. False if that cannot be read.
     */
    public static boolean isStillValid(ApiKeyCache keys, ServerRequest request) {
        try {
            ApiKeySnapshot snapshot = keys.snapshot();
            Caller before = Caller.of(request);
            return snapshot.configured()
                    ? key(snapshot, request)
                            .map(key -> Caller.of(key.active().key(), key.role()))
                            .equals(Optional.of(before))
                    : before.equals(Caller.local());
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    private static Optional<ApiKeySnapshot.UsableKey> key(ApiKeySnapshot snapshot, ServerRequest request) {
        String header = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        return header.length() > BEARER.length()
                ? snapshot.find(header.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    private Caller caller(RoutingRequest request, String path) {
        // Metrics matter most in an outage and change nothing, so any snapshot will do for them.
        ApiKeySnapshot snapshot = path.equals(Paths.METRICS) ? keys.snapshotOrStale() : keys.snapshot();
        if (snapshot.configured()) {
            requireOrigin(request);
            ApiKeySnapshot.UsableKey key = authenticate(snapshot, request);
            keys.throttle(key);
            return Caller.of(key.active().key(), key.role());
        }
        if (!local.test(request)) {
            throw unauthenticated(
                    request, "There are no API keys left, and without keys only a loopback address is served.", "");
        }
        requireLocal(request.headers());
        requireOrigin(request);
        return Caller.local();
    }

    /** Rejects several headers, because a proxy may have checked another one. */
    private ApiKeySnapshot.UsableKey authenticate(ApiKeySnapshot snapshot, RoutingRequest request) {
        List<String> headers = request.headers().all(HeaderNames.AUTHORIZATION, List::of);
        String header = headers.size() == 1 ? headers.getFirst() : "";
        if (!header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw unauthenticated(request, "Expected exactly one header Authorization: Bearer with an API key.", "");
        }
        return snapshot.find(header.substring(BEARER.length()).strip())
                .orElseThrow(() -> unauthenticated(
                        request, "The API key is unknown, revoked or expired.", ", error=\"invalid_token\""));
    }

    /** With the challenge of RFC 6750, section 3. */
    private ProblemException unauthenticated(RoutingRequest request, String detail, String error) {
        rejections.count(request.remotePeer().host());
        return new ProblemException(new Problem(ProblemCode.UNAUTHENTICATED, detail)
                .header("WWW-Authenticate", "Bearer realm=\"holdfast\"" + error));
    }

    private static void requireLocal(ServerRequestHeaders headers) {
        String host = headers.first(HeaderNames.HOST).orElse("");
        if (!LOOPBACK.matcher(host).matches()) {
            throw new ProblemException(new Problem(
                    ProblemCode.FOREIGN_HOST,
                    "Host is \"" + RequestValues.abbreviated(host) + "\": expected a loopback name."));
        }
    }

    private static void requireOrigin(RoutingRequest request) {
        ServerRequestHeaders headers = request.headers();
        String own = (request.isSecure() ? "https://" : "http://")
                + headers.first(HeaderNames.HOST).orElse("");
        String origin = headers.first(HeaderNames.ORIGIN).orElse(own);
        if (!origin.equalsIgnoreCase(own)) {
            throw new ProblemException(new Problem(
                    ProblemCode.FOREIGN_ORIGIN,
                    "Origin is \"" + RequestValues.abbreviated(origin) + "\": expected "
                            + RequestValues.abbreviated(own) + "."));
        }
    }
}

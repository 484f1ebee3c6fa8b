package dev.holdfast.server.http;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Filter that times requests by method, route and status, with the names of OpenTelemetry:
 * https://opentelemetry.io/docs/specs/semconv/http/http-metrics/. Safe for all threads.
 */
public final class RequestMetrics implements Filter {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    /** Other methods count as one, because callers could create a series with each made-up method. */
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH");

    /** Bucket bounds, up to the longest wait for a result. */
    private static final List<Double> SECONDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0);

    private final DoubleHistogram duration;

    /** The matched route of a request. */
    private record Route(String path) {}

    public RequestMetrics(OpenTelemetry telemetry) {
        this.duration = telemetry
                .getMeter("dev.holdfast")
                .histogramBuilder("http.server.request.duration")
                .setUnit("s")
                .setDescription(
                        "Time from the head of a request until its response is sent, including waits for results")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
    }

    /** Sets the route; called before the handler. */
    public static void at(ServerRequest request, String path) {
        request.context().register(new Route(path));
    }

    /** The route, if one matched. */
    public static Optional<String> route(ServerRequest request) {
        return request.context().get(Route.class).map(Route::path);
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        long began = System.nanoTime();
        response.whenSent(() -> duration.record(
                (System.nanoTime() - began) / 1e9,
                Attributes.of(METHOD, method(request), ROUTE, route(request).orElse("none"), STATUS, (long)
                        response.status().code())));
        chain.proceed();
    }

    private static String method(RoutingRequest request) {
        String text = request.prologue().method().text();
        return METHODS.contains(text) ? text : "_OTHER";
    }
}

package dev.holdfast.server;

import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.auth.Authentication;
import dev.holdfast.server.auth.RejectionAudit;
import dev.holdfast.server.auth.RejectionMetrics;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.events.EventStreams;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestGuard;
import dev.holdfast.server.http.RequestId;
import dev.holdfast.server.http.RequestMetrics;
import dev.holdfast.server.routes.ActionResponses;
import dev.holdfast.server.routes.AdoptionService;
import dev.holdfast.server.routes.ApiKeyService;
import dev.holdfast.server.routes.AuditService;
import dev.holdfast.server.routes.CallbackService;
import dev.holdfast.server.routes.DeadLetterService;
import dev.holdfast.server.routes.DefinitionService;
import dev.holdfast.server.routes.ErrorHandlers;
import dev.holdfast.server.routes.EventService;
import dev.holdfast.server.routes.ExportService;
import dev.holdfast.server.routes.HealthService;
import dev.holdfast.server.routes.MetricsService;
import dev.holdfast.server.routes.NodeService;
import dev.holdfast.server.routes.OpenApiService;
import dev.holdfast.server.routes.RetentionService;
import dev.holdfast.server.routes.RunningEngine;
import dev.holdfast.server.routes.SignalService;
import dev.holdfast.server.routes.Waits;
import dev.holdfast.server.routes.WorkflowService;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.RoutingRequest;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All routes of an engine, with the filters before them and the handling of errors, whichever listener they are behind.
 * Safe for all threads.
 */
public final class ApiRouting {
    private final ServerConfig config;
    private final RunningEngine engine;
    private final ApiKeyCache keys;
    private final OpenTelemetry telemetry;
    private final Optional<ServedMetrics> metrics;
    private final Waits waits = new Waits();
    private final EventStreams streams;

    /** {@code metrics} are those that {@code telemetry} collects; without them {@code /metrics} says what to do. */
    public ApiRouting(
            ServerConfig config,
            RunningEngine engine,
            ApiKeyCache keys,
            OpenTelemetry telemetry,
            Optional<ServedMetrics> metrics) {
        this(config, engine, keys, telemetry, metrics, new EventStreams());
    }

    /** With other limits of event streams, for tests. */
    public ApiRouting(
            ServerConfig config,
            RunningEngine engine,
            ApiKeyCache keys,
            OpenTelemetry telemetry,
            Optional<ServedMetrics> metrics,
            EventStreams streams) {
        this.config = config;
        this.engine = engine;
        this.keys = keys;
        this.telemetry = telemetry;
        this.metrics = metrics;
        this.streams = streams;
        streams.reportTo(telemetry);
    }

    /** {@code local} tells whether only programs of this machine can have sent a request. */
    HttpRouting.Builder routing(Predicate<RoutingRequest> local) {
        return HttpRouting.builder()
                .addFilter(new RequestId.InLog())
                .addFilter(new RequestMetrics(telemetry))
                .addFilter(new RequestGuard(config.requestsMax()))
                .addFilter(new Authentication(keys, local))
                .register(services())
                .error(Throwable.class, new ErrorHandlers(new RejectionMetrics(telemetry), new RejectionAudit(keys)));
    }

    /** All services; together they register every route. */
    public HttpService[] services() {
        RequestBodies bodies = new RequestBodies(config.bodyMaxBytes(), config.bodiesMaxBytes());
        ActionResponses actions = new ActionResponses(engine, bodies, waits, config.waitMax());
        return new HttpService[] {
            new HealthService(engine),
            new MetricsService(metrics.map(served -> served::snapshots)),
            new OpenApiService(),
            new DefinitionService(engine),
            new NodeService(engine),
            new WorkflowService(engine, bodies, waits, actions, config.waitMax()),
            new SignalService(engine, bodies),
            new CallbackService(engine, bodies),
            new EventService(engine, streams, keys),
            new ExportService(engine),
            new DeadLetterService(engine, actions),
            new RetentionService(engine, bodies),
            new AdoptionService(engine, bodies),
            new ApiKeyService(keys, bodies),
            new AuditService(engine)
        };
    }

    /** Turns unready, ends all waits for results, so that they respond with the current state, and all streams. */
    void drain() {
        engine.drain();
        waits.end();
        streams.end();
    }
}

package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.auth.Authentication;
import dev.holdfast.server.auth.RejectionAudit;
import dev.holdfast.server.auth.RejectionMetrics;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.http.HttpConnections;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestGuard;
import dev.holdfast.server.http.RequestId;
import dev.holdfast.server.http.RequestMetrics;
import dev.holdfast.server.http.Tls;
import dev.holdfast.server.routes.ActionResponses;
import dev.holdfast.server.routes.AdoptionService;
import dev.holdfast.server.routes.ApiKeyService;
import dev.holdfast.server.routes.AuditService;
import dev.holdfast.server.routes.DeadLetterService;
import dev.holdfast.server.routes.DefinitionService;
import dev.holdfast.server.routes.DirectProblems;
import dev.holdfast.server.routes.ErrorHandlers;
import dev.holdfast.server.routes.HealthService;
import dev.holdfast.server.routes.MetricsService;
import dev.holdfast.server.routes.NodeService;
import dev.holdfast.server.routes.OpenApiService;
import dev.holdfast.server.routes.RetentionService;
import dev.holdfast.server.routes.RunningEngine;
import dev.holdfast.server.routes.Waits;
import dev.holdfast.server.routes.WorkflowService;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.common.tls.TlsConfig;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;

/**
 * The HTTP server in front of an engine. {@link Node} starts it before the engine, so that health responds while the
 * engine waits to join, and closes it before the engine. Safe for all threads.
 */
public final class Server implements AutoCloseable {
    /** Interval of the check for late connections. */
    private static final Duration LATE_CHECK = Duration.ofSeconds(1);

    private final String host;
    private final int port;
    private final String scheme;
    private final WebServer web;
    private final RunningEngine engine;
    private final Waits waits;

    private Server(ServerConfig config, WebServer web, RunningEngine engine, Waits waits) {
        this.host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        this.port = web.port();
        this.scheme = config.hasTls() ? "https" : "http";
        this.web = web;
        this.engine = engine;
        this.waits = waits;
    }

    /** Listens. Throws {@link HoldfastException} if it cannot, for example because the port is taken. */
    static Server start(ServerConfig config, RunningEngine engine, NodeTelemetry telemetry, ApiKeyCache keys) {
        Waits waits = new Waits();
        WebServer web = listener(config)
                .routing(routing(config, engine, waits, telemetry, keys))
                .build()
                .start();
        if (!web.isRunning()) { // Helidon reports it in the log only
            throw new HoldfastException("The server cannot listen on " + config.host() + ":" + config.port()
                    + ": the port is taken or not allowed. Choose another one with --port.");
        }
        return new Server(config, web, engine, waits);
    }

    private static WebServerConfig.Builder listener(ServerConfig config) {
        WebServerConfig.Builder listener = WebServer.builder()
                .host(config.host())
                .port(config.port())
                .maxPayloadSize(config.bodyMaxBytes())
                .maxTcpConnections(config.connectionsMax())
                .connectionOptions(SocketOptions.builder()
                        .readTimeout(config.readTimeout())
                        .build())
                .idleConnectionPeriod(LATE_CHECK)
                .protocolsDiscoverServices(false)
                .addConnectionSelector(new HttpConnections(config, http1(config)))
                .directHandlers(DirectProblems.handlers())
                .errorHandling(ErrorHandling.builder().includeEntity(true).build())
                .shutdownGracePeriod(config.finishWait())
                .shutdownHook(false);
        return config.hasTls() ? listener.tls(tls(config)) : listener;
    }

    /** With a client CA, rejects clients without a certificate of it in the handshake. */
    private static TlsConfig tls(ServerConfig config) {
        return TlsConfig.builder()
                .sslContext(Tls.identified(
                        config.tlsCertificateFile().orElseThrow(),
                        config.tlsKeyFile().orElseThrow(),
                        config.tlsClientCaFile()))
                .enabledProtocols(Tls.PROTOCOLS)
                .clientAuth(config.tlsClientCaFile().isPresent() ? TlsClientAuth.REQUIRED : TlsClientAuth.NONE)
                .buildPrototype();
    }

    private static Http1Config.Builder http1(ServerConfig config) {
        return Http1Config.builder()
                .maxPrologueLength(config.requestLineMaxBytes())
                .maxHeadersSize(config.headersMaxBytes());
    }

    private static HttpRouting.Builder routing(
            ServerConfig config, RunningEngine engine, Waits waits, NodeTelemetry telemetry, ApiKeyCache keys) {
        return HttpRouting.builder()
                .addFilter(new RequestId.InLog())
                .addFilter(new RequestMetrics(telemetry.openTelemetry()))
                .addFilter(new RequestGuard(config.requestsMax()))
                .addFilter(new Authentication(config, keys))
                .register(services(config, engine, waits, telemetry, keys))
                .error(
                        Throwable.class,
                        new ErrorHandlers(new RejectionMetrics(telemetry.openTelemetry()), new RejectionAudit(keys)));
    }

    /** All services; together they register every route. */
    public static HttpService[] services(
            ServerConfig config, RunningEngine engine, Waits waits, NodeTelemetry telemetry, ApiKeyCache keys) {
        RequestBodies bodies = new RequestBodies(config.bodyMaxBytes(), config.bodiesMaxBytes());
        ActionResponses actions = new ActionResponses(engine, bodies, waits, config.waitMax());
        return new HttpService[] {
            new HealthService(engine),
            new MetricsService(telemetry::metrics),
            new OpenApiService(),
            new DefinitionService(engine),
            new NodeService(engine),
            new WorkflowService(engine, bodies, waits, actions, config.waitMax()),
            new DeadLetterService(engine, actions),
            new RetentionService(engine, bodies),
            new AdoptionService(engine, bodies),
            new ApiKeyService(keys, bodies),
            new AuditService(engine)
        };
    }

    /** The port in use; differs from the configuration if that has port 0. */
    public int port() {
        return port;
    }

    /** The URL for clients. */
    public String url() {
        return scheme + "://" + host + ":" + port;
    }

    /**
     * Turns unready, stops listening, ends all waits for results so that they respond with the current state, and waits
     * up to {@code finish-wait} for running requests. Leaves the engine open. Idempotent.
     */
    @Override
    public void close() {
        engine.drain();
        waits.end();
        web.stop();
    }
}

package dev.holdfast.server;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.engine.Engine;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.auth.NoApiKeys;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.http.HttpConnections;
import dev.holdfast.server.http.Tls;
import dev.holdfast.server.routes.DirectProblems;
import dev.holdfast.server.routes.RunningEngine;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.common.tls.TlsConfig;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpFeature;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The HTTP server of an engine: the API, health, metrics, and what the command line calls with {@code --url}. Made by
 * the application that has the engine. Safe for all threads.
 *
 * <pre>{@code
 * try (Holdfast holdfast = PostgresHoldfast.on(dataSource).register(PAY, new Pay(bank)).start();
 *         HoldfastServer server = HoldfastServer.on(holdfast).port(7070).start()) {
 *     …
 * }
 * }</pre>
 *
 * <p>Close the server first, then the engine, then what receives its telemetry, then the DataSource: the reverse of the
 * order in which they were made.
 */
public final class HoldfastServer implements AutoCloseable {
    /** Interval of the check for late connections. */
    private static final Duration LATE_CHECK = Duration.ofSeconds(1);

    private final String host;
    private final int port;
    private final String scheme;
    private final WebServer web;
    private final ApiRouting routing;

    private HoldfastServer(ServerConfig config, WebServer web, ApiRouting routing) {
        this.host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        this.port = web.port();
        this.scheme = config.hasTls() ? "https" : "http";
        this.web = web;
        this.routing = routing;
    }

    /**
     * Configures a server of this engine, which has the API keys of the engine's database and reports to the receiver
     * of the engine's telemetry. Throws {@link IllegalArgumentException} for an engine that was not started by an entry
     * point of Holdfast, such as a mock or a wrapper.
     */
    public static Builder on(Holdfast holdfast) {
        if (holdfast instanceof Engine engine) {
            return new Builder(engine);
        }
        throw new IllegalArgumentException(
                "the engine is a " + holdfast.getClass().getName()
                        + ": expected what start() of PostgresHoldfast.on(…) or MemoryHoldfast.create() returned");
    }

    /**
     * The settings of a server. One thread uses a builder. If the engine is on a DataSource, API keys are read through
     * it, on up to 4 connections for a moment.
     */
    public static final class Builder {
        private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

        private final Engine engine;
        private ServerConfig config = ServerConfig.defaults();
        private Optional<ServedMetrics> metrics = Optional.empty();

        private Builder(Engine engine) {
            this.engine = engine;
        }

        /** Sets all settings; the default is {@link ServerConfig#defaults()}, which listens on loopback. */
        public Builder config(ServerConfig settings) {
            this.config = settings;
            return this;
        }

        /** Sets the port, 0 to 65,535; 0 picks a free one. */
        public Builder port(int port) {
            this.config = config.port(port);
            return this;
        }

        /**
         * Sets the metrics that {@code /metrics} serves: those of the SDK that receives the telemetry of the engine.
         * Without it, {@code /metrics} responds with 404 and says what to do.
         */
        public Builder metrics(ServedMetrics served) {
            this.metrics = Optional.of(served);
            return this;
        }

        /**
         * Listens. Throws {@link HoldfastException} if the port is taken, and for a host that is not a loopback address
         * if the database has no API keys.
         */
        public HoldfastServer start() {
            ApiKeyCache keys = keys();
            if (!config.isLoopback()) {
                keys.requireKeys(config.host());
            }
            HoldfastServer server = listen(config, routing(keys));
            engine.serveCallbacksAt(config.callbacksBaseUrl().orElseGet(server::url));
            return server;
        }

        /**
         * The same routes below a path of an application's own Helidon server: {@code /holdfast} serves
         * {@code /holdfast/v1/workflows} and so on. Limits of connections, of headers and of the time that requests may
         * take to arrive are those of that server, and so are its host, port and TLS; this configuration limits bodies,
         * waits and concurrent requests. Without API keys, only connections to a loopback address are served. Helidon
         * ends the routes when it stops; stop it before the engine.
         */
        public HttpFeature below(String path) {
            if (!PATH.matcher(path).matches()) {
                throw new IllegalArgumentException("path is \"" + path + "\": expected one such as /holdfast");
            }
            config.callbacksBaseUrl().ifPresent(engine::serveCallbacksAt);
            return new NestedRouting(path, routing(keys()));
        }

        private ApiKeyCache keys() {
            ApiKeyCache keys = new ApiKeyCache(config);
            keys.open(engine.extension(ApiKeys.class).orElseGet(NoApiKeys::new));
            return keys;
        }

        private ApiRouting routing(ApiKeyCache keys) {
            RunningEngine running = new RunningEngine();
            running.set(engine);
            return new ApiRouting(config, running, keys, engine.telemetry(), metrics);
        }
    }

    /** Listens. Throws {@link HoldfastException} if it cannot, for example because the port is taken. */
    static HoldfastServer listen(ServerConfig config, ApiRouting routing) {
        WebServer web = listener(config)
                .routing(routing.routing(request -> config.isLoopback()))
                .build()
                .start();
        if (!web.isRunning()) { // Helidon reports it in the log only
            throw new HoldfastException("The server cannot listen on " + config.host() + ":" + config.port()
                    + ": the port is taken or not allowed. Choose another one, on the command line with --port.");
        }
        return new HoldfastServer(config, web, routing);
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
                .featuresDiscoverServices(false) // an application may have some on its class path
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
        routing.drain();
        web.stop();
    }
}

package dev.holdfast.server;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.auth.MemoryApiKeys;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.events.EventStreams;
import dev.holdfast.server.routes.RunningEngine;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The real server on a free port, with an engine on the memory store, and a client. */
public final class ServerFixture extends TestResource {
    public static final String ORDER = "{\"item\":\"book\",\"quantity\":3}";

    public final TestWorkflows workflows = new TestWorkflows();
    public final MemoryDatabase database;
    public final MemoryStore store;
    public final RunningEngine running = new RunningEngine();
    private final NodeTelemetry telemetry = NodeTelemetry.start();
    public final Holdfast engine;
    public final HoldfastServer server;
    public final MemoryApiKeys apiKeys = new MemoryApiKeys();
    public final ApiKeyCache keys;
    private final TestClient client = new TestClient(this::url);

    private ServerFixture(Map<String, String> settings, MemoryDatabase database, boolean joined, Duration acceptWait) {
        this(settings, database, joined, acceptWait, new EventStreams());
    }

    private ServerFixture(
            Map<String, String> settings,
            MemoryDatabase database,
            boolean joined,
            Duration acceptWait,
            EventStreams streams) {
        this.database = database;
        this.store = new MemoryStore(database);
        ServerConfig config = config(settings);
        this.keys = new ApiKeyCache(config);
        keys.open(apiKeys);
        this.server = HoldfastServer.listen(
                config,
                new ApiRouting(
                        config, running, keys, telemetry.openTelemetry(), Optional.of(telemetry.metrics()), streams));
        this.engine = workflows
                .register(EngineBuilder.on(telemetry -> store))
                .config(EngineConfig.defaults()
                        .acceptWait(acceptWait)
                        .shutdownGrace(Duration.ofSeconds(1))
                        .callbackBaseUrl(server.url()))
                .start();
        if (joined) {
            running.set(engine);
        }
    }

    public static ServerFixture start() {
        return start(Map.of());
    }

    public static ServerFixture start(Map<String, String> settings) {
        return new ServerFixture(settings, new MemoryDatabase(), true, Duration.ofSeconds(5));
    }

    /** Starts a server with these event streams. */
    public static ServerFixture start(Map<String, String> settings, EventStreams streams) {
        return new ServerFixture(settings, new MemoryDatabase(), true, Duration.ofSeconds(5), streams);
    }

    /** Starts a server that reports a commit as unknown after {@code acceptWait}. */
    public static ServerFixture start(MemoryDatabase database, Duration acceptWait) {
        return new ServerFixture(Map.of(), database, true, acceptWait);
    }

    /** Starts a server whose engine has not joined. */
    public static ServerFixture beforeJoining() {
        return new ServerFixture(Map.of(), new MemoryDatabase(), false, Duration.ofSeconds(5));
    }

    private static ServerConfig config(Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putIfAbsent("port", "0");
        return ServerConfig.of(new Settings(all));
    }

    public String url() {
        return server.url();
    }

    /** A client with a new key. */
    public TestClient client(Role role, String... scopes) {
        return client(makeKey(role, scopes));
    }

    /** A client with this key. */
    public TestClient client(String key) {
        return new TestClient(this::url, Optional.of(key));
    }

    /** Creates a key that this node knows at once. */
    public String makeKey(Role role, String... scopes) {
        String key = apiKeys.make(role, scopes).text();
        keys.invalidate();
        return key;
    }

    public HttpRequest.Builder request(String path) {
        return client.request(path);
    }

    public Response send(HttpRequest.Builder request) {
        return client.send(request);
    }

    public Response get(String path) {
        return client.get(path);
    }

    public Response post(String path, String json, String... headers) {
        return client.post(path, json, headers);
    }

    public Response put(String path, String json) {
        return client.put(path, json);
    }

    public Response delete(String path) {
        return client.delete(path);
    }

    /** Submits a workflow that waits in its step, and returns once its body has begun: no cancel reaches it now. */
    public Response startWaiting() {
        Response submitted = post("/v1/workflows/test.waits", ORDER);
        String id = submitted.text("id");
        Deadline.until(() -> workflows.waiting.contains(id), begun -> begun);
        return submitted;
    }

    /** The id of a workflow that waits for the signal approval. */
    public String startAwaiting() {
        return unloaded("test.approves");
    }

    /** The path of the URL of a callback, for whose answer a workflow waits. */
    public String startCalling() {
        return callback(unloaded("test.calls"));
    }

    /** The same of this workflow. */
    public String callback(String id) {
        String url = Objects.requireNonNull(workflows.urls.get(id));
        return url.substring(url.indexOf("/v1/"));
    }

    /** The id of a workflow that waits for a time. */
    public String startSleeping() {
        return unloaded("test.sleeps");
    }

    private String unloaded(String type) {
        String id = post("/v1/workflows/" + type, ORDER).text("id");
        Deadline.until(() -> get("/v1/workflows/" + id).text("status"), "WAITING"::equals);
        return id;
    }

    /** Submits and waits for the end. */
    public Response run(String pathAndQuery, String json) {
        return post("/v1/workflows/" + pathAndQuery, json, "Prefer", "wait=20");
    }

    /** The id of the open dead letter of a workflow. */
    public String deadLetterOf(String workflow) {
        return get("/v1/workflows/" + workflow).text("deadLetter");
    }

    /** The id of the dead letter of a workflow that has just been parked. */
    public String park(String type) {
        return deadLetterOf(run(type, ORDER).text("id"));
    }

    /** The number of workflows. */
    public int workflows() {
        return get("/v1/workflows?limit=500").json().path("items").size();
    }

    @Override
    public void close() {
        try (client;
                telemetry;
                engine;
                server) { // closes all, in reverse order
            workflows.gate.countDown();
        }
    }
}

package dev.holdfast.server;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.config.Version;
import dev.holdfast.server.routes.RunningEngine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the command line: HTTP server, engine, and an embedded database if none is configured. The server starts
 * before the engine, so that health responds while the engine waits for its ownership; on a non-loopback address it
 * starts after the check for API keys. {@link #start} is called by one thread, {@link #close} by any. Parts close once,
 * in this order: server, engine, store, telemetry.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final NodeConfig config;
    private final WorkflowRegistration registration;
    private final RunningEngine running = new RunningEngine();
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private final CountDownLatch closeEnded = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile @Nullable Thread starter;
    private @Nullable NodeTelemetry telemetry;
    private @Nullable HoldfastServer server;
    private @Nullable NodeStore store;
    private @Nullable Holdfast engine;

    /** Opens no resource before {@link #start}. */
    public Node(NodeConfig config, WorkflowRegistration registration) {
        this.config = config;
        this.registration = registration;
    }

    /**
     * Returns once the node has joined, which may wait for a former process of the same node name. An exception ends
     * the node: close it.
     */
    public void start() {
        starter = Thread.currentThread();
        try {
            NodeTelemetry reporting = NodeTelemetry.start();
            telemetry = reporting;
            ApiKeyCache keys = new ApiKeyCache(config.server());
            ApiRouting routing = new ApiRouting(
                    config.server(), running, keys, reporting.openTelemetry(), Optional.of(reporting.metrics()));
            boolean loopback = config.server().isLoopback();
            if (loopback) {
                server = HoldfastServer.listen(config.server(), routing);
            }
            NodeStore opened = NodeStore.open(config);
            store = opened;
            keys.open(opened.keys());
            if (!loopback) {
                keys.requireKeys(config.server().host());
                server = HoldfastServer.listen(config.server(), routing);
            }
            announce(opened);
            Holdfast joined = opened.engine(registration, limits(), config.allowHalt())
                    .telemetry(reporting.openTelemetry())
                    .start();
            engine = joined;
            running.set(joined);
        } finally {
            startEnded.countDown();
        }
    }

    /** Leaves the engine what the server leaves of the grace period. The server listens by then. */
    private EngineConfig limits() {
        Duration left = GRACE.minus(config.server().finishWait());
        EngineConfig limits = EngineConfig.defaults();
        String callbacks = config.server().callbacksBaseUrl().orElseGet(this::url);
        return limits.shutdownGrace(left.isPositive() ? left : Duration.ZERO).callbackBaseUrl(callbacks);
    }

    private static void announce(NodeStore store) {
        LOG.info(
                "holdfast {} on {}, node {}, connections: {}",
                Version.holdfast(),
                Version.jdk(),
                store.nodeName(),
                store.connections());
        if (Version.pins()) {
            LOG.warn("on this JDK a body that blocks inside synchronized holds a thread that other workflows need:"
                    + " isolation is guaranteed from JDK 24 on");
        }
    }

    /** The URL of the server; empty before it listens. */
    public String url() {
        return server == null ? "" : server.url();
    }

    /** The URL of the embedded database for psql. */
    public Optional<String> psqlUrl() {
        return store == null ? Optional.empty() : store.psqlUrl();
    }

    /** Returns once the node is closed. */
    public void awaitClose() throws InterruptedException {
        closeEnded.await();
    }

    /** Interrupts a start in progress, then closes all parts. A second caller waits for the first. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            await(closeEnded);
            return;
        }
        Thread starting = starter;
        if (starting != null && startEnded.getCount() > 0) {
            starting.interrupt();
            await(startEnded);
        }
        if (engine != null) {
            LOG.info("this node shuts down");
        }
        close("server", server);
        close("engine", engine);
        close("store", store);
        close("telemetry", telemetry);
        closeEnded.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether {@link #close} was called. */
    public boolean isClosing() {
        return closing.get();
    }

    private static void close(String what, @Nullable AutoCloseable part) {
        try {
            if (part != null) {
                part.close();
            }
        } catch (Exception e) {
            LOG.error("the {} could not be closed", what, e);
        }
    }
}

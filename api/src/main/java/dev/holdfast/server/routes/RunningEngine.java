package dev.holdfast.server.routes;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.Health;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.server.http.NotJoinedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind the routes: empty until it has joined, which may take a lease if a former process of the same node
 * name may still be alive. {@code Node} creates it and passes it to the server before it starts the engine. Safe for
 * all threads.
 */
public final class RunningEngine {
    private volatile @Nullable Holdfast joined;
    private volatile boolean draining;

    /** Opens the routes to this engine. */
    public void set(Holdfast engine) {
        joined = engine;
    }

    /** Turns unready for good; requests that have arrived are still handled. */
    public void drain() {
        draining = true;
    }

    /** Whether the engine has joined at least once. */
    boolean started() {
        return joined != null;
    }

    /** Whether this node takes work: what the engine says once it has joined. */
    Health health() {
        Holdfast now = joined;
        if (now == null || draining) {
            return new Health(List.of(new HealthCheck("member", false, absence())));
        }
        return now.admin().health();
    }

    /** Why this node is not a member, as text for operators. */
    String absence() {
        return draining
                ? "This node is shutting down."
                : "This node has not joined yet: it is starting, or waits for a former process of its name to end.";
    }

    /** Returns the engine, ready or not. Throws {@link NotJoinedException} before it has joined. */
    Holdfast require() {
        Holdfast now = joined;
        if (now == null) {
            throw new NotJoinedException(absence());
        }
        return now;
    }
}

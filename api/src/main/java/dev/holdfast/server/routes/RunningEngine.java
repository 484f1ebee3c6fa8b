package dev.holdfast.server.routes;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.server.http.NotJoinedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind the routes: empty until it has joined, which may take a lease where a former process of its name
 * may live. Made by whoever starts a node, given to the server before the engine starts. Safe for all threads.
 */
public final class RunningEngine {
    private volatile @Nullable Holdfast joined;
    private volatile boolean leaving;

    /** Opens the routes. */
    public void set(Holdfast engine) {
        joined = engine;
    }

    /** Turns unready for good; requests that came in are still answered. */
    public void leave() {
        leaving = true;
    }

    /** Whether the engine has joined once. */
    boolean started() {
        return joined != null;
    }

    /** What must hold for new work to be welcome; the engine is asked as long as this node is a member. */
    List<HealthCheck> checks() {
        Holdfast now = joined;
        if (now == null || leaving) {
            return List.of(new HealthCheck("member", false, absence()));
        }
        List<HealthCheck> checks = new ArrayList<>();
        checks.add(new HealthCheck("member", true, "this node has joined"));
        checks.addAll(now.admin().health());
        return checks;
    }

    /** Why this node is no member, for people. */
    String absence() {
        return leaving
                ? "This node is shutting down."
                : "This node has not joined yet: it is starting, or a former process of its name may still live.";
    }

    /** The engine, ready or not. Throws {@link NotJoinedException}. */
    Holdfast require() {
        Holdfast now = joined;
        if (now == null) {
            throw new NotJoinedException(absence());
        }
        return now;
    }
}

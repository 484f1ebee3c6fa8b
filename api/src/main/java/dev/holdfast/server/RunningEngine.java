package dev.holdfast.server;

import dev.holdfast.Holdfast;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind the routes: empty until it has joined, which may take a lease where a former process of its name
 * may live. Made by whoever starts a node, given to the server before the engine starts. Safe for all threads.
 */
public final class RunningEngine {
    private volatile @Nullable Joined joined;
    private volatile boolean leaving;

    private record Joined(Holdfast engine, BooleanSupplier ready) {}

    /** Opens the routes. {@code ready} says whether the engine may act, such as {@code engine::ready}. */
    public void set(Holdfast engine, BooleanSupplier ready) {
        joined = new Joined(engine, ready);
    }

    /** Turns unready for good; requests that came in are still answered. */
    void leave() {
        leaving = true;
    }

    /** Whether the engine has joined once. */
    boolean started() {
        return joined != null;
    }

    /** Whether new work is welcome: joined, its lease held, not going. */
    boolean ready() {
        Joined now = joined;
        return now != null && !leaving && now.ready.getAsBoolean();
    }

    /** Why {@link #ready} is false, for people. */
    String reason() {
        if (leaving) {
            return "This node is shutting down.";
        }
        return started()
                ? "This node's lease does not run: the database does not answer, or another process has taken over."
                : "This node has not joined yet: it is starting, or a former process of its name may still live.";
    }

    /** The engine, ready or not. Throws {@link NotJoinedException}. */
    Holdfast require() {
        Joined now = joined;
        if (now == null) {
            throw new NotJoinedException(reason());
        }
        return now.engine;
    }
}

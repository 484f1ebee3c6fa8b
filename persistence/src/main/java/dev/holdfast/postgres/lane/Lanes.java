package dev.holdfast.postgres.lane;

import dev.holdfast.postgres.fence.FencedConnection;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.spi.OwnershipLostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one incarnation. Who comes first gets the next free lane, unless workflows of its definition have half
 * of them already. Whoever waits here holds nothing that a lane needs to become free. Safe for all threads.
 */
public final class Lanes {
    private final List<Lane> all = new ArrayList<>();
    private final int perDefinition;
    private final Deque<Lane> free = new ArrayDeque<>();
    /** Of the lanes that are in use, the definition of the workflow. */
    private final Map<Lane, String> users = new HashMap<>();

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable OwnershipLostException closed;

    /** A body that waits for its transaction. */
    record Waiting(String definition, String isolation, Duration limit, CompletableFuture<LaneTransaction> begun) {}

    /** {@code lost} is told that the node may not write any more. */
    public Lanes(
            List<FencedConnection<LaneConnection>> connections, Outage outage, Consumer<OwnershipLostException> lost) {
        for (FencedConnection<LaneConnection> connection : connections) {
            all.add(new Lane(connection, outage, lost));
        }
        free.addAll(all);
        perDefinition = (connections.size() + 1) / 2;
    }

    /**
     * Waits for a lane and for the database, and begins a transaction. Throws {@link OwnershipLostException} if this
     * node may not write any more.
     */
    public LaneTransaction begin(String definition, String isolation, Duration limit) throws InterruptedException {
        Waiting next = new Waiting(definition, isolation, limit, new CompletableFuture<>());
        synchronized (this) {
            if (closed != null) {
                throw closed;
            }
            waiting.add(next);
            hand();
        }
        try {
            return get(next.begun());
        } catch (InterruptedException e) {
            synchronized (this) {
                waiting.remove(next);
            }
            // On a thread of its own: that of the lane, which may complete it, must not wait for itself.
            Future<?> unused = next.begun().thenAccept(late -> Thread.startVirtualThread(late::abandon));
            throw e;
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    /** The lane begins the next transaction at once, if somebody waits: on its thread, which runs already. */
    synchronized void giveBack(Lane lane) {
        users.remove(lane);
        free.push(lane); // the one that was used last: its connection is open
        hand();
    }

    /** Gives free lanes to those that wait, in their order. */
    private void hand() {
        for (Iterator<Waiting> next = waiting.iterator(); next.hasNext() && !free.isEmpty(); ) {
            Waiting first = next.next();
            if (used(first.definition()) < perDefinition) {
                next.remove();
                Lane lane = free.pop();
                users.put(lane, first.definition());
                lane.begin(this, first);
            }
        }
    }

    private long used(String definition) {
        return users.values().stream().filter(definition::equals).count();
    }

    /** Ends the commits in progress, and refuses everybody who waits. */
    public void close(OwnershipLostException reason) throws InterruptedException {
        List<Waiting> refused;
        synchronized (this) {
            closed = reason;
            refused = List.copyOf(waiting);
            waiting.clear();
        }
        refused.forEach(one -> one.begun().completeExceptionally(reason));
        for (Lane lane : all) {
            lane.close();
        }
    }
}

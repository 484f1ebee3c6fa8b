package dev.holdfast.testing;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one database, one after another: when one has crashed, the next one starts. Calls that a crash cuts off
 * are made again on the next node. Safe for all threads.
 */
final class Nodes implements AutoCloseable {
    private static final String NAME = "kit";

    /**
     * So that the outcome of a step shares its record with what follows, however slow the machine is: the records of a
     * test have the same numbers each time.
     */
    private static final Duration HELD = Duration.ofMillis(50);

    /** A node, from its start to its crash. */
    private record Node(MemoryStore store, Holdfast holdfast) {}

    private final MemoryDatabase database;
    private final Setup setup;
    private final StepStubs stubs;
    private CompletableFuture<Node> current;
    private @Nullable Crash planned;
    private boolean closed;

    /** Starts the first node, with this plan to crash. */
    Nodes(MemoryDatabase database, Setup setup, StepStubs stubs, @Nullable Crash planned) {
        this.database = database;
        this.setup = setup;
        this.stubs = stubs;
        this.planned = planned;
        Node first = start();
        this.current = CompletableFuture.completedFuture(first);
        arm(first);
    }

    private Node start() {
        MemoryStore store = new MemoryStore(database, NAME, setup.codec(), HELD);
        return new Node(store, setup.start(store, stubs));
    }

    /** Makes a call of the node that runs, and again on the next one if that crashes. */
    <T extends @Nullable Object> T call(Function<Holdfast, T> question) {
        Node node = node();
        while (true) {
            try {
                return question.apply(node.holdfast());
            } catch (StoreUnavailableException e) {
                node = after(node, e);
            }
        }
    }

    /** Waits until a node runs. */
    void awaitNode() {
        Node unused = node();
    }

    private Node node() {
        CompletableFuture<Node> running;
        synchronized (this) {
            running = current;
        }
        try {
            return running.get(setup.patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while the next node of the kit starts", e);
        } catch (ExecutionException e) {
            throw new HoldfastException("the next node of the kit has not started", e.getCause());
        } catch (TimeoutException e) {
            throw new StoreUnavailableException("the next node of the kit has not started in time", e);
        }
    }

    /** Waits for the node after this one. Throws the failure of the call if there will be none. */
    private Node after(Node dead, StoreUnavailableException failure) {
        Deadline deadline = Deadline.in(setup.patience());
        synchronized (this) {
            try {
                while (isCurrent(dead) && !closed && deadline.left().isPositive()) {
                    TimeUnit.NANOSECONDS.timedWait(this, deadline.left().toNanos());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (isCurrent(dead) || closed) {
                throw failure;
            }
        }
        return node();
    }

    private boolean isCurrent(Node node) {
        return current.isDone()
                && !current.isCompletedExceptionally()
                && current.join().equals(node);
    }

    /** Plans a crash. Throws {@link IllegalStateException} if one is planned already. */
    void plan(Crash crash) {
        Node node = node();
        synchronized (this) {
            if (planned != null) {
                throw new IllegalStateException("a crash is planned already, " + planned + ": one at a time");
            }
            planned = crash;
        }
        arm(node);
    }

    private void arm(Node node) {
        Crash crash;
        synchronized (this) {
            crash = planned;
        }
        if (crash != null) {
            crash.plan(node.store(), () -> died(node));
        }
    }

    private void died(Node node) {
        synchronized (this) {
            planned = null;
        }
        replace(node);
    }

    /** Kills the node, and waits until the next one has started. */
    void crash() {
        Node node = node();
        node.store().crash();
        replace(node);
        awaitNode();
    }

    /** Stops the node, and waits until the next one has started. */
    void restart() {
        replace(node());
        awaitNode();
    }

    /** Starts the next node on a thread of its own: this one may be that of the dead node. */
    private void replace(Node dead) {
        CompletableFuture<Node> next = new CompletableFuture<>();
        synchronized (this) {
            if (closed || !isCurrent(dead)) {
                return;
            }
            current = next;
            notifyAll();
        }
        Thread.ofPlatform().daemon().name("holdfast-kit").start(() -> {
            try {
                dead.holdfast().close(); // interrupts its bodies, and waits for their threads
                Node node = start();
                arm(node);
                next.complete(node);
            } catch (RuntimeException | Error e) {
                next.completeExceptionally(e);
            }
        });
    }

    /** Stops the node. Calls that wait for it, or for the next one, fail. */
    @Override
    public void close() {
        CompletableFuture<Node> last;
        synchronized (this) {
            closed = true;
            last = current;
            notifyAll();
        }
        last.handle((node, failure) -> node)
                .thenAccept(node -> {
                    if (node != null) {
                        node.holdfast().close();
                    }
                })
                .join();
    }
}

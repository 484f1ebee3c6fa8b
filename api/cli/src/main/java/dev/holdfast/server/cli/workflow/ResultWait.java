package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.CommandFailedException;
import dev.holdfast.server.cli.client.ReconnectingPoll;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Waits for a result, also through outages of the node. Used by one thread. */
final class ResultWait {
    private static final long PAUSE_MILLIS = 300;
    /** States that only an operator changes: the node does not wait in them either. */
    private static final Set<String> STOPPED = Set.of("DEAD_LETTERED", "PAUSED");

    private final Client node;
    private final String path;
    private final PrintWriter err;

    ResultWait(Client node, String path, PrintWriter err) {
        this.node = node;
        this.path = path;
        this.err = err;
    }

    /**
     * Returns the last response, which has no result if none came in this time. Throws {@link CommandFailedException}
     * if no node responds at the first request, or if none can answer at the end of the wait.
     */
    Client.Response await(Duration wait) {
        if (wait.isZero()) {
            return get(0);
        }
        long end = System.nanoTime() + wait.toNanos();
        ReconnectingPoll poll = new ReconnectingPoll(err);
        try {
            Optional<Client.Response> last = poll.poll(() -> get(0));
            while (mayChange(last) && millisTo(end) > 0) {
                long seconds = (millisTo(end) + 999) / 1_000;
                last = poll.poll(() -> get(seconds));
                if (mayChange(last)) {
                    Thread.sleep(Math.clamp(millisTo(end), 0, PAUSE_MILLIS)); // the node is away, or about to stop
                }
            }
            return last.orElseGet(() -> get(0));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return get(0);
        }
    }

    private static long millisTo(long end) {
        return Duration.ofNanos(end - System.nanoTime()).toMillis();
    }

    private Client.Response get(long seconds) {
        return node.get(path, Map.of("wait", String.valueOf(seconds)), Duration.ofSeconds(seconds));
    }

    private static boolean mayChange(Optional<Client.Response> last) {
        return last.map(response -> response.status() == Client.ACCEPTED
                        && !STOPPED.contains(response.json().path("status").asString("")))
                .orElse(true);
    }
}

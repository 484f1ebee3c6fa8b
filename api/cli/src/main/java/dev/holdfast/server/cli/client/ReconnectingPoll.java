package dev.holdfast.server.cli.client;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Polls a node and survives outages: reports the loss of the connection once, and its return once. Used by one thread.
 */
public final class ReconnectingPoll {
    private final PrintWriter err;
    private boolean connectedOnce;
    private boolean disconnected;

    public ReconnectingPoll(PrintWriter err) {
        this.err = err;
    }

    /**
     * Returns the response, or empty while the node is unreachable or says that it cannot answer yet. Throws
     * {@link CommandFailedException} if nothing of Holdfast responds to the first request, because the URL is then more
     * likely wrong, or if no retry can succeed. Throws {@link InterruptedException} if the request was interrupted.
     */
    public <T> Optional<T> poll(Supplier<T> request) throws InterruptedException {
        try {
            T response = request.get();
            reconnected();
            return Optional.of(response);
        } catch (CommandFailedException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            boolean known = connectedOnce || !e.code().isEmpty();
            if (!known || !e.isTransient()) {
                throw e;
            }
            connectionLost(e);
            return Optional.empty();
        }
    }

    private void reconnected() {
        if (disconnected) {
            disconnected = false;
            err.println("The node responds" + again() + ".");
        }
        connectedOnce = true;
    }

    private String again() {
        return connectedOnce ? " again" : "";
    }

    private void connectionLost(CommandFailedException e) {
        if (!disconnected) {
            disconnected = true;
            err.println(e.lines().getFirst() + " Waiting until it responds" + again() + ".");
        }
    }
}

package dev.holdfast.server.cli.client;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks again and again, also while nobody answers: says so once, and once more when it is over. One thread. */
public final class ReconnectingPoll {
    private final PrintWriter err;
    private boolean answered;
    private boolean away;

    public ReconnectingPoll(PrintWriter err) {
        this.err = err;
    }

    /**
     * The answer, or none while the node is away. A first question that is not answered is refused: more likely the URL
     * is wrong. So is what no wait will change. Throws {@link InterruptedException} where the question was interrupted.
     */
    public <T> Optional<T> ask(Supplier<T> question) throws InterruptedException {
        try {
            T answer = question.get();
            back();
            return Optional.of(answer);
        } catch (CommandFailedException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (!answered || !e.isPassing()) {
                throw e;
            }
            gone(e);
            return Optional.empty();
        }
    }

    private void back() {
        answered = true;
        if (away) {
            away = false;
            err.println("The node answers again.");
        }
    }

    private void gone(CommandFailedException e) {
        if (!away) {
            away = true;
            err.println(e.lines().getFirst() + " Waiting until it answers again.");
        }
    }
}

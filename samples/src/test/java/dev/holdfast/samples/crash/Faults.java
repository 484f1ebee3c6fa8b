package dev.holdfast.samples.crash;

import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.Request;
import dev.holdfast.samples.crash.CrashPoint.Write;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** A rule of one proxy that cuts connections, at one request or at random, and counts the cuts. */
final class Faults implements Function<Request, Action> {
    /** Requests that write workflows. */
    private static final double OFTEN = 0.2;

    /** All other requests: heartbeats, reads, and the queries that settle an unknown commit. */
    private static final double SELDOM = 0.03;

    private final Function<Optional<Write>, Action> choice;
    private int cuts;

    private Faults(Function<Optional<Write>, Action> choice) {
        this.choice = choice;
    }

    /** Cuts at the request of this kind with this number, from 1. */
    static Faults at(Write kind, int number, Action cut) {
        int[] seen = new int[1];
        return new Faults(write -> write.equals(Optional.of(kind)) && ++seen[0] == number ? cut : Action.FORWARD);
    }

    /** Cuts at random requests, before or after the response of the server. */
    static Faults random(long seed) {
        Random random = new Random(seed);
        return new Faults(write -> {
            boolean hit = random.nextDouble() < (write.isPresent() ? OFTEN : SELDOM);
            Action cut = random.nextBoolean() ? Action.CUT_BEFORE : Action.CUT_AFTER;
            return hit ? cut : Action.FORWARD;
        });
    }

    @Override
    public synchronized Action apply(Request request) {
        Action action = choice.apply(Write.of(request.sql()));
        cuts += action == Action.FORWARD ? 0 : 1;
        return action;
    }

    synchronized int cuts() {
        return cuts;
    }
}

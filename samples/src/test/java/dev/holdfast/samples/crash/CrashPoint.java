package dev.holdfast.samples.crash;

import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.postgres.wire.Request;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A proxy rule that counts the writes of a process, and stops it at one of them: before the server has received it, or
 * after the server has committed it and before the process knows. No other request is in flight then, so that the
 * process can be killed at exactly this point.
 */
final class CrashPoint {
    /** The requests that write records of workflows. */
    enum Write {
        SUBMISSION("from holdfast.admit("),
        FLUSH("from holdfast.flush("),
        LEDGER("insert into probe.ledger");

        private final String mark;

        Write(String mark) {
            this.mark = mark;
        }

        static Optional<Write> of(String sql) {
            return Stream.of(values()).filter(write -> sql.contains(write.mark)).findFirst();
        }
    }

    /** The side of the server's commit on which the process stops. */
    enum Side {
        BEFORE,
        AFTER
    }

    private final int at;
    private final Side side;
    private final List<Write> writes = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> reached = new CompletableFuture<>();

    private CrashPoint(int at, Side side) {
        this.at = at;
        this.side = side;
    }

    /** A rule that only counts. */
    static CrashPoint none(PgProxy proxy) {
        return at(proxy, 0, Side.BEFORE);
    }

    /** The writing request to stop at, from 1; 0 only counts. */
    static CrashPoint at(PgProxy proxy, int number, Side side) {
        CrashPoint point = new CrashPoint(number, side);
        proxy.rule(point::decide);
        return point;
    }

    private synchronized Action decide(Request request) {
        if (reached.isDone() && side == Side.AFTER) {
            return Action.HOLD; // its connection is cut, and the database responds to no further request
        }
        Optional<Write> write = Write.of(request.sql());
        write.ifPresent(writes::add);
        if (write.isEmpty() || writes.size() != at) {
            return Action.FORWARD;
        }
        reached.complete(request.link().serverSidePort());
        return side == Side.BEFORE ? Action.HOLD : Action.CUT_AFTER;
    }

    /** The writes so far, in order. */
    List<Write> writes() {
        return List.copyOf(writes);
    }

    /** Waits until the process is at the point, and the server has committed if the side requires it. */
    void await(Database database) {
        Eventually.until("write " + at + " is sent; so far " + writes, reached::isDone);
        if (side == Side.AFTER) {
            Eventually.until("the server has answered", () -> !database.hasBackend(reached.join()));
        }
    }

    /** Drops what the process has in flight. */
    static void clear(PgProxy proxy) {
        proxy.links().forEach(PgLink::cut);
        proxy.links().forEach(PgLink::release);
    }
}

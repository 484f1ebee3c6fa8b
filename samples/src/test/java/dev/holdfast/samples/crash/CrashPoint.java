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
 * The rule of a proxy that counts what a process writes, and stops it at one of these requests: before the server has
 * seen it, or when the server has committed it and the process does not know. Nothing else is on the way then, so that
 * the process can be killed at exactly this point.
 */
final class CrashPoint {
    /** The requests that write something of a workflow. */
    enum Write {
        ADMISSION("from holdfast.admit("),
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

    /** On which side of the server's commit the process stops. */
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

    /** Only counts. */
    static CrashPoint none(PgProxy proxy) {
        return at(proxy, 0, Side.BEFORE);
    }

    /** Stops at this writing request, from 1; 0 only counts. */
    static CrashPoint at(PgProxy proxy, int number, Side side) {
        CrashPoint point = new CrashPoint(number, side);
        proxy.rule(point::decide);
        return point;
    }

    private synchronized Action decide(Request request) {
        if (reached.isDone() && side == Side.AFTER) {
            return Action.HOLD; // its connection is cut: whatever it does about that, the database does not answer
        }
        Optional<Write> write = Write.of(request.sql());
        write.ifPresent(writes::add);
        if (write.isEmpty() || writes.size() != at) {
            return Action.FORWARD;
        }
        reached.complete(request.link().serverSidePort());
        return side == Side.BEFORE ? Action.HOLD : Action.CUT_AFTER;
    }

    /** What was written so far, in order. */
    List<Write> writes() {
        return List.copyOf(writes);
    }

    /** Returns when the process stands at the point, and the server has committed if it is to. */
    void await(Database database) {
        Eventually.until("write " + at + " is sent; so far " + writes, reached::isDone);
        if (side == Side.AFTER) {
            Eventually.until("the server has answered", () -> !database.hasBackend(reached.join()));
        }
    }

    /** Ends what the process has left on the way; nothing of it arrives any more. */
    static void clear(PgProxy proxy) {
        proxy.links().forEach(PgLink::cut);
        proxy.links().forEach(PgLink::release);
    }
}

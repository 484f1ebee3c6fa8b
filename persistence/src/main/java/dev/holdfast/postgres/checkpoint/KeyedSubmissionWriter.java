package dev.holdfast.postgres.checkpoint;

import dev.holdfast.ErasedException;
import dev.holdfast.HoldfastException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.postgres.fence.FencedConnection;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
import dev.holdfast.postgres.jdbc.ServerError;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes submissions under a caller's key or id, on a thread and a connection of its own, because only here foreign
 * transactions can make this node wait. Batches are sorted by key, so that two nodes cannot deadlock. If another open
 * transaction holds a key, the batch waits 50 ms for it. Then the batch is sent again in parts, without waiting so
 * long: submissions under held keys are refused, and the others are accepted. For a second, submissions under these
 * keys go in small batches of their own, so that other keys do not wait for them.
 */
public final class KeyedSubmissionWriter {
    private static final Logger LOG = LoggerFactory.getLogger(KeyedSubmissionWriter.class);
    private static final int BATCH_MAX = 256;
    /** Of keys that may be held: each can cost a wait for its lock. */
    private static final int DOUBTFUL_MAX = 32;

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** A submission that waits for its result; {@code place} is its place if it is new. */
    private record Request(
            KeyedSubmission keyed, WorkflowKey place, long recordId, CompletableFuture<SubmissionResult> answer) {}

    private static final Comparator<Request> BY_KEY = Comparator.comparing(
                    (Request request) -> request.keyed().name())
            .thenComparing(request -> request.keyed().scope());

    private final FencedConnection<Connection> connection;
    private final Outage outage;
    private final WorkflowIds ids;
    private final BlockingQueue<Request> queue = new LinkedBlockingQueue<>();
    /** Those whose key was held lately. */
    private final BlockingQueue<Request> doubtful = new LinkedBlockingQueue<>();

    private final List<Request> fresh = new ArrayList<>();
    private final HeldKeys heldKeys = new HeldKeys();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("holdfast-submission").unstarted(this::run);
    private volatile boolean closed;

    public KeyedSubmissionWriter(FencedConnection<Connection> connection, Outage outage, WorkflowIds ids) {
        this.connection = connection;
        this.outage = outage;
        this.ids = ids;
    }

    public void start() {
        thread.start();
    }

    /** Whether its thread runs. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(connection.lease());
    }

    /** The number of submissions that wait. */
    public int depth() {
        return queue.size() + doubtful.size();
    }

    /** Queues a submission; returns its future result, which has no mailbox. */
    public CompletableFuture<SubmissionResult> admit(KeyedSubmission keyed, WorkflowKey place) {
        Request request = new Request(keyed, place, ThreadLocalRandom.current().nextLong(), new CompletableFuture<>());
        queue.add(request);
        if (closed && queue.remove(request)) {
            refuse(request);
        }
        return request.answer();
    }

    private void run() {
        try {
            connection.enrol(outage);
            while (!closed) {
                receive();
                deliver(fresh, false);
                fresh.clear();
                deliverDoubtful();
            }
        } catch (InterruptedException e) {
            LOG.debug("the writer of submissions ends");
        } finally {
            connection.close();
            fresh.forEach(KeyedSubmissionWriter::refuse); // has no effect on those that have a result
            refuseAll(doubtful);
            refuseAll(queue);
        }
    }

    private static void refuseAll(Queue<Request> requests) {
        for (Request left = requests.poll(); left != null; left = requests.poll()) {
            refuse(left);
        }
    }

    /** Takes the next batch, without keys that were held lately, so that the others do not wait for their locks. */
    private void receive() throws InterruptedException {
        if (doubtful.isEmpty()) {
            fresh.add(queue.take());
        }
        queue.drainTo(fresh, BATCH_MAX - fresh.size());
        fresh.removeIf(request -> heldKeys.contains(request.keyed()) && doubtful.add(request));
        fresh.sort(BY_KEY);
    }

    private void deliverDoubtful() throws InterruptedException {
        List<Request> part =
                doubtful.stream().limit(DOUBTFUL_MAX).sorted(BY_KEY).toList();
        if (!part.isEmpty()) {
            deliver(part, true);
            doubtful.removeAll(Set.copyOf(part));
        }
    }

    private static void refuse(Request request) {
        request.answer()
                .completeExceptionally(
                        new StoreUnavailableException("this node is shutting down: submit to another one", null));
    }

    /** {@code passHeld} refuses keys that are held; else the first one of them splits the batch. */
    private void deliver(List<Request> batch, boolean passHeld) throws InterruptedException {
        while (!batch.isEmpty()) {
            try {
                List<SubmissionCall.Found> found = SubmissionCall.send(
                        connection.open(),
                        connection.token(),
                        batch.stream().map(Request::keyed).toList(),
                        batch.stream().map(Request::place).toList(),
                        batch.stream().mapToLong(Request::recordId).toArray(),
                        passHeld);
                outage.works(Access.WRITES);
                for (int i = 0; i < batch.size(); i++) {
                    answer(batch.get(i), found.get(i));
                }
                return;
            } catch (SQLException e) {
                if (LOCK_NOT_AVAILABLE.equals(e.getSQLState()) && !passHeld) {
                    for (int from = 0; from < batch.size(); from += DOUBTFUL_MAX) {
                        deliver(batch.subList(from, Math.min(from + DOUBTFUL_MAX, batch.size())), true);
                    }
                    return;
                }
                switch (FlushError.of(e)) {
                    case DATA, NO_ERA, UNCLEAR -> {
                        isolate(batch, passHeld, e);
                        return;
                    }
                    case REFUSED -> {
                        connection.close(); // a new session has what was granted to its role meanwhile
                        StoreUnavailableException refused = outage.unavailable(Access.WRITES, e);
                        batch.forEach(request -> request.answer().completeExceptionally(refused));
                        return;
                    }
                    case CONFLICT, AGAIN, UNKNOWN -> {
                        outage.failed(Access.WRITES, e);
                        connection.close(); // a committed submission is found by its key
                        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                    }
                }
            }
        }
    }

    private void answer(Request request, SubmissionCall.Found found) {
        try {
            request.answer().complete(admitted(request, found));
        } catch (RuntimeException e) { // also exceptions of the caller's codec, because this thread serves all callers
            request.answer().completeExceptionally(e);
        }
    }

    private SubmissionResult admitted(Request request, SubmissionCall.Found found) {
        KeyedSubmission keyed = request.keyed();
        if (found.fate() == SubmissionCall.Fate.HELD) {
            heldKeys.add(keyed);
            throw new SubmissionHeldException(keyed.describe());
        }
        if (found.fate() == SubmissionCall.Fate.ERASED) {
            throw new ErasedException(keyed.describe());
        }
        if (found.fate() == SubmissionCall.Fate.CLOSED) {
            throw new StoreUnavailableException(
                    keyed.describe() + " was not accepted: it has waited here for longer than the retention of its era;"
                            + " send the same again",
                    null);
        }
        // Its record id is there: this repeats a batch whose first try was committed without a response.
        if (found.fate() == SubmissionCall.Fate.ACCEPTED || found.recordId() == request.recordId()) {
            WorkflowKey place = request.place();
            return SubmissionResult.of(place, keyed.byId() ? keyed.name() : ids.format(place), false);
        }
        WorkflowKey key = new WorkflowKey(request.place().bucket(), found.era(), Objects.requireNonNull(found.uid()));
        String id = keyed.byId() ? keyed.name() : ids.format(key);
        byte[] digest = found.input() == null ? found.digest() : keyed.codec().digest(found.input());
        keyed.requireSame(String.valueOf(found.definition()), digest, id);
        return SubmissionResult.of(key, id, true);
    }

    private void isolate(List<Request> batch, boolean passHeld, SQLException e) throws InterruptedException {
        if (batch.size() == 1) {
            batch.getFirst().answer().completeExceptionally(refusal(e));
            return;
        }
        int half = batch.size() / 2;
        deliver(batch.subList(0, half), passHeld);
        deliver(batch.subList(half, batch.size()), passHeld);
    }

    private static HoldfastException refusal(SQLException e) {
        Exception why = ServerError.withoutValues(e);
        return FlushError.of(e) == FlushError.DATA
                ? new InvalidInputException("the submission cannot be stored: " + why.getMessage())
                : new StoreUnavailableException(
                        "the database cannot store this submission now, nothing was accepted, submit it again later: "
                                + why.getMessage(),
                        why);
    }
}

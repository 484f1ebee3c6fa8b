package dev.holdfast.postgres;

import dev.holdfast.ErasedException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.spi.Admission;
import dev.holdfast.spi.Admitted;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Submissions under a caller's key or id, on a thread and a connection of their own: the one place where foreigners can
 * make us wait. Batches are sorted by key, so that two nodes cannot deadlock; a key that is held by somebody else's
 * open transaction costs its batch 50 ms, then it is passed over and answered, and the others go on.
 */
final class Admissions {
    private static final int BATCH_MAX = 256;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** One submission on its way; {@code place} is where it goes if it is new. */
    private record Request(Admission admission, WorkflowKey place, long recordId, CompletableFuture<Admitted> answer) {}

    private final Enrolled<Connection> connection;
    private final Duration lease;
    private final Outage outage;
    private final WorkflowIds ids;
    private final BlockingQueue<Request> queue = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("holdfast-admission").unstarted(this::run);
    private volatile boolean closed;

    Admissions(DataSource dataSource, Enrolment enrolment, Duration lease, Outage outage, WorkflowIds ids) {
        this.connection = new Enrolled<>(dataSource, enrolment, lease, (opened, enrolled) -> opened);
        this.lease = lease;
        this.outage = outage;
        this.ids = ids;
    }

    void start() {
        thread.start();
    }

    void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(lease);
    }

    /** How many wait. */
    int depth() {
        return queue.size();
    }

    CompletableFuture<Admitted> admit(Admission admission, WorkflowKey place) {
        Request request =
                new Request(admission, place, ThreadLocalRandom.current().nextLong(), new CompletableFuture<>());
        queue.add(request);
        if (closed && queue.remove(request)) {
            refuse(request);
        }
        return request.answer();
    }

    private void run() {
        List<Request> batch = new ArrayList<>();
        try {
            connection.enrol(outage);
            while (!closed) {
                batch.clear();
                batch.add(queue.take());
                queue.drainTo(batch, BATCH_MAX - 1);
                batch.sort(Comparator.comparing(
                                (Request request) -> request.admission().name())
                        .thenComparing(request -> request.admission().scope()));
                deliver(batch);
            }
        } catch (InterruptedException e) {
            batch.forEach(Admissions::refuse); // but those that are answered already
        } finally {
            connection.close();
            for (Request left = queue.poll(); left != null; left = queue.poll()) {
                refuse(left);
            }
        }
    }

    private static void refuse(Request request) {
        request.answer()
                .completeExceptionally(
                        new StoreUnavailableException("this node is shutting down: submit to another one", null));
    }

    private void deliver(List<Request> batch) throws InterruptedException {
        boolean passHeld = false;
        while (true) {
            try {
                List<AdmissionCall.Found> found = AdmissionCall.send(
                        connection.open(),
                        connection.enrolment(),
                        batch.stream().map(Request::admission).toList(),
                        batch.stream().map(Request::place).toList(),
                        batch.stream().mapToLong(Request::recordId).toArray(),
                        passHeld);
                outage.over();
                for (int i = 0; i < batch.size(); i++) {
                    Request request = batch.get(i);
                    answer(request, found.get(i));
                }
                return;
            } catch (SQLException e) {
                boolean held = LOCK_NOT_AVAILABLE.equals(e.getSQLState()) && !passHeld;
                if (!held && Verdict.of(e) == Verdict.DATA) {
                    isolate(batch, e);
                    return;
                } else if (!held) {
                    outage.failed(e);
                    connection.close(); // what was committed is found by its key
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                }
                passHeld |= held;
            }
        }
    }

    private void answer(Request request, AdmissionCall.Found found) {
        try {
            request.answer().complete(admitted(request, found));
        } catch (RuntimeException e) { // also what the caller's codec throws: this thread serves everybody
            request.answer().completeExceptionally(e);
        }
    }

    private Admitted admitted(Request request, AdmissionCall.Found found) {
        Admission admission = request.admission();
        if (found.fate() == AdmissionCall.Fate.HELD) {
            throw new SubmissionHeldException(admission.what());
        }
        if (found.fate() == AdmissionCall.Fate.ERASED) {
            throw new ErasedException(admission.what());
        }
        // There, but ours: a repeat of a batch whose first try was committed unseen.
        if (found.fate() == AdmissionCall.Fate.ACCEPTED || found.recordId() == request.recordId()) {
            WorkflowKey place = request.place();
            return new Admitted(
                    place,
                    admission.byId() ? admission.name() : ids.format(place),
                    false,
                    admission.acceptance().starts());
        }
        WorkflowKey key = new WorkflowKey(request.place().bucket(), found.era(), Objects.requireNonNull(found.uid()));
        String id = admission.byId() ? admission.name() : ids.format(key);
        byte[] digest =
                found.input() == null ? found.digest() : admission.codec().digest(found.input());
        admission.requireSame(String.valueOf(found.definition()), Objects.requireNonNull(digest), id);
        return new Admitted(key, id, true, false);
    }

    private void isolate(List<Request> batch, SQLException e) throws InterruptedException {
        if (batch.size() == 1) {
            batch.getFirst()
                    .answer()
                    .completeExceptionally(new InvalidInputException(
                            null,
                            "the submission cannot be stored: "
                                    + ServerError.withoutValues(e).getMessage()));
            return;
        }
        int half = batch.size() / 2;
        deliver(List.copyOf(batch.subList(0, half)));
        deliver(List.copyOf(batch.subList(half, batch.size())));
    }
}

package dev.holdfast.postgres.read;

import dev.holdfast.OverloadedException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.jdbc.ByteaArray;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import dev.holdfast.postgres.jdbc.Questions;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.WorkflowKey;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Adds signals to the inbox. Those that come while a commit is in flight share the next one. If the open transaction of
 * another session has the id of one of them, the batch waits 50 ms for it; then it is sent again in parts, which pass
 * over such signals. Safe for all threads.
 */
public final class SignalWriter {
    private static final int BATCH = 256;
    /** Of signals that may be held: each can cost a wait for its lock, and a subtransaction. */
    private static final int DOUBTFUL_MAX = 32;

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final long BATCH_BYTES = 4 << 20;
    private static final long WAITING_BYTES_MAX = 64 << 20;
    private static final int WAITING_MAX = 10_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Questions questions;
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean writing;

    /** A signal whose commit is not known yet. */
    private record Pending(SignalMessage signal, CompletableFuture<@Nullable String> result) {}

    public SignalWriter(Questions questions) {
        this.questions = questions;
    }

    /**
     * Adds a signal, once for each id; returns once that is committed. Returns the status of its workflow if that has
     * ended, so that the signal was not kept. Throws {@link OverloadedException} if too many wait for this node or for
     * the workflow, {@link SubmissionHeldException} while an open transaction has the id,
     * {@link UnknownWorkflowException}, and {@code StoreUnavailableException}.
     */
    public Optional<WorkflowStatus> send(SignalMessage signal, Supplier<String> workflowId) {
        Pending pending = new Pending(signal, new CompletableFuture<>());
        add(pending);
        String refused;
        try {
            refused = pending.result().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        return switch (refused) {
            case null -> Optional.empty();
            case "HELD" ->
                throw new SubmissionHeldException(
                        "the key of a signal \"" + signal.name() + "\" to workflow " + workflowId.get());
            case "GONE" -> throw new UnknownWorkflowException(workflowId.get());
            case "FULL" ->
                throw new OverloadedException(
                        "workflow " + workflowId.get() + " has 10,000 signals that its code has not taken",
                        RETRY_AFTER);
            default -> Optional.of(WorkflowStatus.valueOf(refused));
        };
    }

    private synchronized void add(Pending pending) {
        if (waiting.size() >= WAITING_MAX || waitingBytes >= WAITING_BYTES_MAX) {
            throw new OverloadedException(waiting.size() + " signals wait for the database on this node", RETRY_AFTER);
        }
        waiting.add(pending);
        waitingBytes += pending.signal().payload().length;
        if (!writing) {
            writing = true;
            Thread.ofVirtual()
                    .name("holdfast-signals")
                    .start(this::write); // an interrupt of a caller must not reach it
        }
    }

    private void write() {
        for (List<Pending> batch = take(); !batch.isEmpty(); batch = take()) {
            List<Pending> taken = batch;
            try {
                complete(taken, questions.of(jdbi -> sendAll(jdbi, taken)));
            } catch (RuntimeException | Error e) {
                taken.forEach(pending -> pending.result().completeExceptionally(e));
            }
        }
    }

    private static void complete(List<Pending> batch, List<@Nullable String> results) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).result().complete(results.get(i));
        }
    }

    private synchronized List<Pending> take() {
        List<Pending> taken = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && taken.size() < BATCH && bytes < BATCH_BYTES) {
            Pending next = waiting.remove();
            bytes += next.signal().payload().length;
            taken.add(next);
        }
        waitingBytes -= bytes;
        writing = !taken.isEmpty();
        return taken;
    }

    private static List<@Nullable String> sendAll(Jdbi jdbi, List<Pending> batch) {
        try {
            return send(jdbi, batch, false);
        } catch (JdbiException e) {
            if (!(e.getCause() instanceof SQLException held) || !LOCK_NOT_AVAILABLE.equals(held.getSQLState())) {
                throw e;
            }
            List<@Nullable String> results = new ArrayList<>();
            for (int from = 0; from < batch.size(); from += DOUBTFUL_MAX) {
                results.addAll(send(jdbi, batch.subList(from, Math.min(from + DOUBTFUL_MAX, batch.size())), true));
            }
            return results;
        }
    }

    /** {@code passHeld} passes over signals whose id is held; else the first one of them ends the batch. */
    private static List<@Nullable String> send(Jdbi jdbi, List<Pending> batch, boolean passHeld) {
        List<SignalMessage> signals = batch.stream().map(Pending::signal).toList();
        List<WorkflowKey> keys = signals.stream().map(SignalMessage::key).toList();
        return CommitConfirmation.transaction(
                jdbi,
                tx -> tx.attach(InboxSql.class)
                        .send(
                                passHeld,
                                signals.stream().map(SignalMessage::id).toArray(UUID[]::new),
                                WorkflowKeys.buckets(keys),
                                WorkflowKeys.eras(keys),
                                WorkflowKeys.uids(keys),
                                signals.stream().map(SignalMessage::name).toArray(String[]::new),
                                new ByteaArray(signals.stream()
                                        .map(SignalMessage::payload)
                                        .toList())));
    }
}

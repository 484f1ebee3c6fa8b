package dev.holdfast.memory;

import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.ParentCall;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the mailboxes of one node to the database, on a thread of its own that also completes the futures. Safe for
 * all threads.
 */
final class MemoryWriter {
    private static final int UNWRITTEN_MAX = 50_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final MemoryDatabase database;
    private final Duration heldFor;
    private final ScheduledThreadPoolExecutor thread;
    private final Set<MemoryMailbox> filled = ConcurrentHashMap.newKeySet();
    private final Set<StoreQuestion<?>> questions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unwritten = new AtomicInteger();
    private volatile @Nullable MemoryNode member;
    /** Guarded by the lock of the database. */
    private @Nullable CrashPlan plan;

    MemoryWriter(MemoryDatabase database, Duration heldFor, ThreadFactory threads) {
        this.database = database;
        this.heldFor = heldFor;
        this.thread = new ScheduledThreadPoolExecutor(1, threads);
    }

    /** Writes as this node from now on. */
    void start(MemoryNode as) {
        member = as;
    }

    /** Dies by this plan. */
    void plan(CrashPlan crash) {
        database.locked(() -> {
            plan = crash;
            dieIfPlanned(true);
            return crash;
        });
    }

    /** Dies if its plan says so. {@code whole} is false if the plan has cut what was to be written. */
    private void dieIfPlanned(boolean whole) {
        CrashPlan crash = plan;
        if (crash != null && (!whole || crash.isReached(database.records()))) {
            plan = null;
            crash.die().run();
        }
    }

    void requireRoom() {
        if (unwritten.get() > UNWRITTEN_MAX) {
            throw new OverloadedException(unwritten.get() + " writes wait for the store", RETRY_AFTER);
        }
    }

    void added(MemoryMailbox mailbox) {
        filled.add(mailbox);
        unwritten.incrementAndGet();
    }

    void removed(MemoryMailbox mailbox, int count) {
        filled.remove(mailbox);
        unwritten.addAndGet(-count);
    }

    void soon(MemoryMailbox mailbox) {
        try {
            thread.execute(mailbox::write);
        } catch (RejectedExecutionException e) {
            mailbox.breakOff(lost());
        }
    }

    void later(MemoryMailbox mailbox) {
        try {
            Future<?> unused = thread.schedule(
                    () -> mailbox.writeOlderThan(System.nanoTime() - heldFor.toNanos()),
                    heldFor.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            mailbox.breakOff(lost());
        }
    }

    /** Runs a call on the thread of this writer, which also completes the future. */
    <T> CompletableFuture<T> answer(Supplier<T> asked) {
        StoreQuestion<T> question = new StoreQuestion<>(asked);
        questions.add(question);
        behind(() -> {
            question.run();
            questions.remove(question);
        });
        return question.answer();
    }

    /** Runs a task after the writes that are queued now; on the calling thread if this writer has ended. */
    void behind(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** Fails all pending writes and accepts no more. Called on the thread of this writer, or after its end. */
    void end() {
        thread.shutdownNow();
        filled.forEach(mailbox -> mailbox.breakOff(lost()));
        questions.forEach(question -> question.refuse(new StoreUnavailableException("this store is closed", lost())));
    }

    /** Applies the writes of a mailbox in one transaction; returns the seq of the last record. */
    int write(WorkflowKey key, int lastSeq, List<WorkflowWrite> writes) {
        return database.locked(() -> {
            MemoryNode writing = member;
            if (writing == null || writing.isOver()) {
                throw lost();
            }
            if (writes.getFirst() instanceof WorkflowWrite.Reply reply && database.at(key) == null) {
                database.inbox().answer(reply.action(), reply.result()); // the workflow was deleted meanwhile
                return lastSeq;
            }
            if (writes.getFirst() instanceof WorkflowWrite.Removal removal && database.at(key) == null) {
                database.inbox().remove(removal.message());
                return lastSeq;
            }
            Instant now = database.now();
            MemoryWorkflow workflow = writes.getFirst() instanceof WorkflowWrite.Creation creation
                    ? accept(key, creation, now, writing)
                    : existing(key);
            if (workflow.log().size() != lastSeq) {
                throw new OwnershipLostException("another process has written workflow " + workflow.id()
                        + ": its last record is " + workflow.log().size() + ", expected " + lastSeq);
            }
            workflow.requireTakes(writes);
            List<WorkflowWrite> lasting = plan == null ? writes : plan.lasting(writes, database.records());
            workflow.write(now, writing, lasting, database.inbox());
            started(lasting, now);
            workflow.end(lastSeq).ifPresent(end -> tellFamily(workflow, end, now));
            database.recorded(workflow.log().size() - lastSeq);
            boolean whole = lasting.size() == writes.size();
            if (whole && writes.getLast() instanceof WorkflowWrite.Erased) {
                database.erase(workflow);
            }
            dieIfPlanned(whole);
            if (writing.isOver()) {
                throw lost(); // its process died before it heard of the commit
            }
            return workflow.log().size();
        });
    }

    /** Accepts the workflows that these records start. */
    private void started(List<WorkflowWrite> writes, Instant now) {
        for (WorkflowWrite write : writes) {
            if (write instanceof HistoryEvent.ChildStarted child) {
                database.add(new MemoryWorkflow(child.child(), child.id(), child.requireCreation(), now, null));
            }
        }
    }

    /** Puts the end into the inbox of the parent that waits for it, and a cancel into those of children. */
    private void tellFamily(MemoryWorkflow workflow, HistoryEvent.Ended end, Instant now) {
        ParentCall parent = workflow.creation().parent();
        if (parent != null && parent.waits()) {
            byte[] status = (end.status() + "\n").getBytes(StandardCharsets.UTF_8);
            byte[] payload = Arrays.copyOf(status, status.length + end.value().length);
            System.arraycopy(end.value(), 0, payload, status.length, end.value().length);
            UUID child = workflow.key().uid();
            database.inbox()
                    .deliver(new SignalMessage(
                            parent.key(), child, HistoryEvent.ChildStarted.endSignal(child), payload, now));
        }
        if (end.by() != null) {
            workflow.waitedFor().forEach(this::cancel);
        }
    }

    private void cancel(HistoryEvent.ChildStarted child) {
        ActionOptions why =
                ActionOptions.because("its parent was ended by an operator").by(OperatorAction.ENGINE);
        database.inbox()
                .request(OperatorAction.of(child.child(), ActionKind.CANCEL, child.id(), 0, why), RequestContext.NONE);
    }

    /** The seq of a record after {@code lastSeq} that parked the workflow. */
    OptionalInt parkedSince(WorkflowKey key, int lastSeq) {
        return database.locked(() -> {
            MemoryWorkflow workflow = database.at(key);
            List<LogRecord> log = workflow == null ? List.of() : workflow.log();
            return log.stream()
                    .skip(lastSeq)
                    .filter(record -> record.event() instanceof HistoryEvent.Parked)
                    .mapToInt(LogRecord::seq)
                    .findFirst();
        });
    }

    private MemoryWorkflow accept(WorkflowKey key, WorkflowWrite.Creation creation, Instant now, MemoryNode writing) {
        String id = database.ids().format(key);
        if (database.at(key) != null) {
            throw new OwnershipLostException("another process has accepted workflow " + id);
        }
        MemoryWorkflow workflow = new MemoryWorkflow(key, id, creation, now, creation.starts() ? writing : null);
        database.add(workflow);
        return workflow;
    }

    private MemoryWorkflow existing(WorkflowKey key) {
        MemoryWorkflow found = database.at(key);
        if (found == null) {
            throw refused("there is no workflow " + database.ids().format(key));
        }
        return found;
    }

    private static RecordRefusedException refused(String message) {
        return new RecordRefusedException(message, new IllegalStateException(message));
    }

    private OwnershipLostException lost() {
        MemoryNode writing = member;
        return writing == null
                ? new OwnershipLostException("this node has not joined, or is closed")
                : writing.exception();
    }
}

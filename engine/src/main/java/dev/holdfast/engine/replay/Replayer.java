package dev.holdfast.engine.replay;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.engine.execution.Deadline;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionStart;
import dev.holdfast.engine.execution.RegisteredWorkflow;
import dev.holdfast.engine.execution.SubmissionOrigin;
import dev.holdfast.engine.execution.WorkflowIdentity;
import dev.holdfast.engine.export.ExportedHistory;
import dev.holdfast.engine.history.History;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the code of a workflow on its history, as a node does that loads it, and stops it where the history stops. No
 * body is called and nothing is written. Used by one thread.
 */
public final class Replayer implements AutoCloseable {
    private static final int FRAMES_MAX = 20;

    private final ReplayNode node;
    private final Duration patience;

    /** {@code patience} is the longest time that the code may take on one history, or on a part of it. */
    public Replayer(Codec codec, Duration patience) {
        this.node = new ReplayNode(codec);
        this.patience = patience;
    }

    /**
     * Replays a history whole, and then each beginning of it: a node may load a workflow behind any record. Returns
     * what is wrong with the first one that the code does not follow; empty if it follows all.
     *
     * @param cutsMax of a history with more records, only so many beginnings are replayed, evenly spread
     */
    public <I, O> Optional<String> difference(
            ExportedHistory history, Definition<I, O> definition, Workflow<I, O> workflow, int cutsMax) {
        if (!history.definition().equals(definition.name()) || history.version() != definition.version()) {
            return Optional.of("it is a history of " + history.definition() + " version " + history.version()
                    + ": expected one of " + definition.name() + " version " + definition.version());
        }
        RegisteredWorkflow<I, O> registered = new RegisteredWorkflow<>(definition, workflow);
        return Stream.concat(Stream.of(HistoryPrefix.whole(history)), cuts(history, cutsMax))
                .map(prefix -> difference(prefix, registered).map(text -> prefix + ": " + text))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Stream<HistoryPrefix> cuts(ExportedHistory history, int most) {
        int records = history.log().size();
        int cuts = Math.min(records, most);
        return Stream.iterate(0, cut -> cut + 1)
                .limit(cuts)
                .map(cut -> (int) ((long) cut * records / cuts))
                .flatMap(kept -> Stream.concat(
                        Stream.of(HistoryPrefix.of(history, kept)),
                        HistoryPrefix.withoutLastEvent(history, kept + 1).stream()));
    }

    private Optional<String> difference(HistoryPrefix prefix, RegisteredWorkflow<?, ?> registered) {
        History history;
        try {
            history = new History(prefix.log(), prefix.readAt());
        } catch (RuntimeException e) {
            return Optional.of("the log contradicts itself: " + e.getMessage());
        }
        ReplayMailbox mailbox = new ReplayMailbox();
        Set<Thread> running = ConcurrentHashMap.newKeySet();
        ThreadFactory threads = observed(mailbox, running);
        ExportedHistory whole = prefix.whole();
        Execution execution = new Execution(
                node.at(prefix.readAt(), threads),
                mailbox,
                new WorkflowIdentity(new WorkflowKey(0, 0, whole.uid()), whole.id(), whole.run()),
                registered,
                whole.input(),
                new ExecutionStart(history, null, new SubmissionOrigin(null, System.nanoTime()), Deadline.NONE));
        Thread thread = threads.newThread(execution::run);
        thread.start();
        try {
            return run(thread, execution, mailbox, running)
                    .or(() -> new ReplayVerdict(prefix, history, mailbox.events(), mailbox.waits()).difference());
        } catch (InterruptedException e) {
            execution.drop();
            Thread.currentThread().interrupt();
            return Optional.of("the thread of the test was interrupted");
        }
    }

    /** Makes threads that are known while they run, and whose end is seen. */
    private ThreadFactory observed(ReplayMailbox mailbox, Set<Thread> running) {
        ThreadFactory threads = node.threads();
        return task -> threads.newThread(() -> {
            running.add(Thread.currentThread());
            try {
                task.run();
            } finally {
                running.remove(Thread.currentThread());
                mailbox.changed();
            }
        });
    }

    private static String stacks(Set<Thread> running) {
        return running.stream().map(Replayer::stack).collect(Collectors.joining());
    }

    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES_MAX)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining("", "\n  a thread of it:", ""));
    }

    /** Runs the code until no thread of it can go on, and stops it there. Returns why it did not come so far. */
    private Optional<String> run(Thread thread, Execution execution, ReplayMailbox mailbox, Set<Thread> running)
            throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        boolean still = false;
        while (!still) {
            if (!mailbox.changes().tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return tooSlow(execution, running);
            }
            mailbox.changes().drainPermits();
            if (execution.ending().isDone()) {
                return Optional.of("the code cannot be replayed: " + failure(execution));
            }
            // A parking seals the log, so its siblings may wait for the unwinding that follows.
            still = mailbox.isParked() || execution.isStill(mailbox.committing());
        }
        mailbox.end();
        if (!thread.join(Duration.ofNanos(Math.max(end - System.nanoTime(), 1)))) {
            return tooSlow(execution, running);
        }
        return Optional.empty();
    }

    private static String failure(Execution execution) {
        return execution.ending().handle((ended, e) -> cause(e)).join();
    }

    private static String cause(Throwable failure) {
        return String.valueOf(failure instanceof CompletionException ? failure.getCause() : failure);
    }

    private Optional<String> tooSlow(Execution execution, Set<Thread> running) {
        String stacks = stacks(running); // before they are interrupted
        execution.drop();
        return Optional.of("the code has not come to the end of the history within " + patience
                + ": it blocks or loops outside the calls of its context" + stacks);
    }

    @Override
    public void close() {
        node.close();
    }
}

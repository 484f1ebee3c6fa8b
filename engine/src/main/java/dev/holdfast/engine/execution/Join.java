package dev.holdfast.engine.execution;

import dev.holdfast.Branch;
import dev.holdfast.ChildFailedException;
import dev.holdfast.DeadlineExceeded;
import dev.holdfast.StepRejectedException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.engine.history.RecordedJoin;
import dev.holdfast.engine.telemetry.Tracing;
import dev.holdfast.spi.HistoryEvent.BranchStopped.Why;
import dev.holdfast.spi.HistoryEvent.JoinDecided;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call that runs branches at the same time, and returns when all their threads are out. The first failure decides a
 * join of all, the first end a race; that is recorded before code sees it, and the other branches are stopped. One use,
 * by the thread of the branch around it.
 */
final class Join<T> {
    /** What decides a join before all its branches have ended. */
    enum Kind {
        /** A failure. */
        ALL,
        /** An end. */
        RACE
    }

    private static final Logger LOG = LoggerFactory.getLogger(Join.class);
    private static final int BRANCHES_MAX = 10_000;
    private static final int NOBODY = -1;

    private final Execution execution;
    private final BranchContext around;
    private final Call call;
    private final Kind kind;
    private final List<Branch<T>> branches;
    private final Instant reachedBefore;
    /** The code has left it behind, in a past that nothing changes. */
    private final boolean over;

    private final Thread waiting = Thread.currentThread();
    /** Completes when all threads are out. */
    private final CompletableFuture<Void> out = new CompletableFuture<>();
    // From here on guarded by this.
    private final Map<Integer, BranchStop> running = new LinkedHashMap<>();
    private final List<@Nullable T> values;
    private int next;
    private int threads = 1; // that which starts the others
    private int decidedBy = NOBODY;
    private @Nullable RuntimeException failure;
    private @Nullable Why stopped;
    private boolean unwound;
    private Instant reached;

    Join(Execution execution, BranchContext around, Call call, Kind kind, List<Branch<T>> branches) {
        this.execution = execution;
        this.around = around;
        this.call = call;
        this.kind = kind;
        this.branches = branches;
        this.over = !around.history().mayStopAt(call.index());
        this.reachedBefore = around.reached();
        this.reached = reachedBefore;
        this.values = new ArrayList<@Nullable T>(Collections.<@Nullable T>nCopies(branches.size(), null));
    }

    /** Throws {@link IllegalArgumentException} for too many branches. */
    static void requireBranches(List<?> branches) {
        if (branches.size() > BRANCHES_MAX) {
            throw new IllegalArgumentException("there are " + branches.size() + " branches; expected at most "
                    + BRANCHES_MAX + " in one call: split them into several calls");
        }
    }

    /**
     * Runs the branches, so many at the same time; returns when all their threads are out. Throws what stops the branch
     * around them.
     */
    void run(int atATime) {
        useRecord();
        // A stop belongs to a later call if the code has gone on behind this one.
        PendingStop stop = over ? null : stopIfDue();
        try {
            start(Math.min(atATime, branches.size()));
            while (!out.isDone()) {
                boolean runs = stop == null && !over;
                execution
                        .waits()
                        .forBranches(
                                call,
                                runs ? execution.deadlineDelivery().passesIn(call) : null,
                                () -> out.isDone() || runs && around.stops().isDueAt(call));
                stop = runs && !out.isDone() ? stopIfDue() : stop;
            }
        } finally {
            out.join(); // also if this thread is unwound: the others are, too
        }
        around.reached(reached);
        execution.state().requireNotUnwound();
        if (unwound) {
            throw new Unwind("one of its branches was unwound");
        }
        if (stop != null) {
            throw stop.rethrow();
        }
    }

    /** The values of all branches, in their order. Throws the failure that decided it. */
    List<T> all() {
        throwFailure();
        @SuppressWarnings("NullAway") // a branch may return null
        List<T> all = Collections.unmodifiableList(values);
        return all;
    }

    /** The value of the branch that ended first. Throws its failure. */
    @SuppressWarnings("NullAway") // a branch may return null
    T winner() {
        throwFailure();
        return values.get(decidedBy);
    }

    private synchronized void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    private void useRecord() {
        RecordedJoin join = new RecordedCalls(around.history(), execution.parking())
                .found(call, RecordedJoin.class, RecordedJoin.DESCRIPTION);
        if (join == null) {
            return; // one that all branches have passed without a record has none itself
        }
        if (join.branches() > branches.size()) {
            throw execution
                    .parking()
                    .park(HistoryMismatch.of(
                            around.history(),
                            call,
                            "a join of at least " + join.branches() + " branches",
                            "one of " + branches.size()));
        }
        decidedBy = Objects.requireNonNullElse(join.decidedBy(), NOBODY);
    }

    /** Delivers a stop of the branch around the join, and passes it on to the branches. */
    private @Nullable PendingStop stopIfDue() {
        PendingStop stop = PendingStop.at(call, around.history(), around.stops());
        if (stop != null) {
            stopAll(stop.isDeadline() ? Why.DEADLINE : around.stops().why());
        }
        return stop;
    }

    private synchronized void stopAll(Why why) {
        stopped = why;
        running.values().forEach(branch -> branch.request(why));
    }

    private void start(int number) {
        try {
            for (int i = 0; i < number; i++) {
                Thread thread = execution.environment().threads().newThread(Tracing.withThisTrace(this::work));
                started();
                thread.start();
            }
        } finally {
            ended();
        }
    }

    private synchronized void started() {
        threads++;
        execution.waits().threadStarted();
    }

    private synchronized void ended() {
        threads--;
        if (threads == 0) {
            out.complete(null);
        }
    }

    /** Runs one branch after the other. */
    private void work() {
        execution.enter();
        try {
            for (int number = take(); number != NOBODY; number = take()) {
                run(number, new BranchStop(execution));
            }
        } finally {
            execution.leave();
            ended();
            execution.waits().threadEnded(waiting);
        }
    }

    /** The number of the next branch to run. Behind a decision or a stop, one without any record is not started. */
    private synchronized int take() {
        while (!unwound && next < branches.size()) {
            int number = next++;
            boolean mayStart = stopped == null && decidedBy == NOBODY || number == decidedBy;
            if (mayStart || !execution.history().branch(path(number)).isEmpty()) {
                return number;
            }
        }
        return NOBODY;
    }

    private String path(int number) {
        return call.position().branchPath(number);
    }

    private void run(int number, BranchStop stop) {
        BranchContext context = around.branch(path(number), stop, reachedBefore);
        begin(number, stop);
        try {
            run(number, stop, context);
        } catch (Unwind e) {
            unwind();
        } catch (Throwable e) {
            LOG.atError()
                    .addKeyValue("workflow", execution.workflow().id())
                    .addArgument(path(number))
                    .addArgument(execution.workflow().id())
                    .setCause(e)
                    .log("branch {} of workflow {} stops here, it is loaded again in a moment");
            execution.state().unwind("a branch of it stopped");
            unwind();
        } finally {
            end(number);
        }
    }

    private synchronized void begin(int number, BranchStop stop) {
        running.put(number, stop);
        if (stopped != null) {
            stop.request(stopped);
        } else if (decidedBy != NOBODY && decidedBy != number) {
            stop.request(Why.LOST);
        }
    }

    private synchronized void end(int number) {
        running.remove(number);
    }

    private synchronized void unwind() {
        unwound = true;
    }

    private void run(int number, BranchStop stop, BranchContext context) {
        T value = null;
        RuntimeException failed = null;
        try {
            value = branches.get(number).run(context);
        } catch (StepRejectedException | ChildFailedException | WorkflowFailedException | DeadlineExceeded e) {
            failed = e;
        } catch (Unwind e) {
            throw e;
        } catch (Throwable e) {
            if (stop.delivered().isEmpty()) {
                throw execution.parking().park(DeadLetterFactory.leaving(e, context.lastCall()));
            }
        }
        context.exit();
        requireWhole(context);
        if (stop.hasActedSinceDeadline(context.nextCall())) {
            execution.deadlineDelivery().actedOn();
        }
        if (stop.delivered().isEmpty() && !ended(number, value, failed)) {
            throw execution
                    .parking()
                    .park(HistoryMismatch.of(
                            around.history(),
                            call,
                            endInLog(number),
                            "a branch " + number + " that " + (failed == null ? "succeeded" : "failed")));
        }
        reached(context.reached());
    }

    private void requireWhole(BranchContext context) {
        if (execution.state().isUnwound()) {
            LOG.atWarn()
                    .addKeyValue("workflow", execution.workflow().id())
                    .addArgument(execution.workflow().id())
                    .log("a branch of workflow {} swallowed the error that unwinds it: let every java.lang.Error pass");
            throw new Unwind("its code continued after the unwind");
        }
        Call end = context.nextCall();
        if (context.history().at(end.index()) != null) {
            throw execution.parking().park(HistoryMismatch.at(context.history(), end, "the end of the branch"));
        }
    }

    private synchronized String endInLog(int number) {
        return "that branch " + number + (decidedBy == number ? " failed" : " did not fail");
    }

    /** A branch has ended by itself. Returns false if the log shows that it ended in another way before. */
    private synchronized boolean ended(int number, @Nullable T value, @Nullable RuntimeException failed) {
        values.set(number, value);
        if (decidedBy == number) {
            failure = failed;
            return kind == Kind.RACE || failed != null;
        }
        if (decidedBy == NOBODY && stopped == null && (kind == Kind.RACE || failed != null)) {
            if (over) {
                return false; // a decision behind what follows from it would be in the log for good
            }
            execution.log().hold(new JoinDecided(call.position(), number));
            decidedBy = number;
            failure = failed;
            running.forEach((other, stop) -> {
                if (other != number) {
                    stop.request(Why.LOST);
                }
            });
        }
        return true;
    }

    private synchronized void reached(Instant time) {
        reached = time.isAfter(reached) ? time : reached;
    }
}

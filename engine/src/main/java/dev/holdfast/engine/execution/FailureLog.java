package dev.holdfast.engine.execution;

import dev.holdfast.admin.Failure;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.WorkflowKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failed attempts and parkings for developers. Of a kind of failure it logs the first at once, and 10 s later how
 * many followed it: hundreds of workflows that fail alike are two lines. Safe for all threads.
 */
public final class FailureLog {
    private static final Duration BURST = Duration.ofSeconds(10);
    /** Of more kinds at a time, all that are new count as one. */
    private static final int KINDS_MAX = 1_000;

    private final Logger log;
    private final ScheduledExecutorService timer;
    private final Duration burst;
    private final Function<WorkflowKey, String> ids;
    /** By kind how many followed the one that was logged. */
    private final Map<String, Integer> following = new HashMap<>();

    /** {@code ids} makes the id of a workflow that its dead letters have. */
    public FailureLog(ScheduledExecutorService timer, Function<WorkflowKey, String> ids) {
        this(LoggerFactory.getLogger(FailureLog.class), timer, BURST, ids);
    }

    FailureLog(Logger log, ScheduledExecutorService timer, Duration burst, Function<WorkflowKey, String> ids) {
        this.log = log;
        this.timer = timer;
        this.burst = burst;
        this.ids = ids;
    }

    /** Logs an attempt that another one follows. */
    void attempt(String workflowId, Intent intent, Failure failure, Duration retryIn) {
        String kind = "failed attempts of step " + intent.name() + " by " + failure.type();
        if (isFirst(kind)) {
            log.atWarn()
                    .addKeyValue("workflow", workflowId)
                    .addArgument(intent.attempt())
                    .addArgument(intent.name())
                    .addArgument(workflowId)
                    .addArgument(text(retryIn))
                    .addArgument(text(failure))
                    .log("attempt {} of step {} of workflow {} has failed, the next one comes in {}: {}");
        }
    }

    /** Logs a parking that is committed, with its dead letter and the stack. */
    public void parked(String workflowId, String definition, DeadLetterId letter, ParkingReason reason) {
        Failure failure = reason.failure();
        String place = reason.step() == null ? "between steps" : "at step " + reason.step();
        String kind = "workflows of " + definition + " that are parked as " + reason.cause() + " " + place + " by "
                + failure.type();
        if (isFirst(kind)) {
            log.atWarn()
                    .addKeyValue("workflow", workflowId)
                    .addArgument(workflowId)
                    .addArgument(reason.cause())
                    .addArgument(place)
                    .addArgument(letter.format(ids))
                    .addArgument(
                            reason.stack().isEmpty()
                                    ? text(failure)
                                    : reason.stack().strip())
                    .log("workflow {} is parked as {} {}, dead letter {}: {}");
        }
    }

    private static String text(Failure failure) {
        return failure.message().isEmpty() ? failure.type() : failure.type() + ": " + failure.message();
    }

    private static String text(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    private synchronized boolean isFirst(String kind) {
        String counted = following.size() < KINDS_MAX || following.containsKey(kind) ? kind : "other failures";
        boolean first = following.merge(counted, 0, (before, none) -> before + 1) == 0;
        if (first) {
            try {
                Future<?> unused = timer.schedule(() -> end(counted), burst.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) { // the node closes
                following.remove(counted);
            }
        }
        return first;
    }

    private void end(String kind) {
        int more;
        synchronized (this) {
            more = following.getOrDefault(kind, 0);
            following.remove(kind);
        }
        if (more > 0) {
            log.atWarn()
                    .addArgument(more)
                    .addArgument(kind)
                    .addArgument(text(burst))
                    .log("{} more {} in {}");
        }
    }
}

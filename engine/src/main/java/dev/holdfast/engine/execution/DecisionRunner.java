package dev.holdfast.engine.execution;

import dev.holdfast.HoldfastException;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.engine.history.RecordedCallback;
import dev.holdfast.engine.history.RecordedPublish;
import dev.holdfast.engine.history.RecordedTime;
import dev.holdfast.engine.history.RecordedWait;
import dev.holdfast.spi.HistoryEvent.CallbackMade;
import dev.holdfast.spi.HistoryEvent.Published;
import dev.holdfast.spi.HistoryEvent.TimeRead;
import dev.holdfast.spi.HistoryEvent.TimerStarted;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WakeTime;
import java.time.Duration;
import java.time.Instant;

/**
 * Runs the sleeps, readings of the clock, published values and callbacks of one branch: returns what is recorded, else
 * decides, and records that before anything that follows from it. Used by the thread of the branch.
 */
final class DecisionRunner {
    /** How often a workflow looks whether its node has an address for callbacks now. */
    private static final Duration ADDRESS_CHECK = Duration.ofSeconds(1);

    private final ExecutionEnvironment environment;
    private final WorkflowLog log;
    private final Stops stops;
    private final Parking parking;
    private final Waits waits;
    private final BranchHistory history;
    private final RecordedCalls calls;
    private final PublishedValues published;
    private final Execution execution;
    /** The latest time that the code knows to be past. */
    private Instant reached;

    /** {@code reached} is the latest time that the code around the branch knows to be past. */
    DecisionRunner(Execution execution, BranchHistory history, Stops stops, Instant reached) {
        this.execution = execution;
        this.environment = execution.environment();
        this.log = execution.log();
        this.stops = stops;
        this.reached = reached;
        this.parking = execution.parking();
        this.waits = execution.waits();
        this.history = history;
        this.calls = new RecordedCalls(history, parking);
        this.published = execution.published();
    }

    /** The latest time that the code of this branch knows to be past. */
    Instant reached() {
        return reached;
    }

    /** The code knows this time to be past, because a branch of it does. */
    void reached(Instant time) {
        reached = time.isAfter(reached) ? time : reached;
    }

    /** The time by the store's clock, never before a time that this branch knows to be past. */
    Instant now(Call call) {
        RecordedTime read = calls.of(call, RecordedTime.class, RecordedTime.DESCRIPTION);
        if (read == null) {
            stops.atCall(call, history);
            Instant now = environment.ownership().now();
            reached(now);
            log.hold(new TimeRead(call.position(), reached));
        } else {
            reached = read.time();
        }
        return reached;
    }

    /** Records a value, unless it is recorded. A call that is refused has no record, and is refused again on replay. */
    void publish(Call call, String name, Object value) {
        String description = RecordedPublish.description(name);
        if (calls.found(call, RecordedPublish.class, description) == null) {
            if (history.mayStopAt(call.index())) {
                stops.atCall(call, history);
            }
            Published event = new Published(call.position(), name, published.encode(name, value));
            published.count(name);
            calls.requireNew(call, description); // not before, because one that was refused has no record
            if (published.mayWait(event)) {
                log.hold(event);
            } else {
                log.record(event);
            }
        }
    }

    void sleep(Call call, WakeTime wakeTime) {
        RecordedWait recorded = calls.of(call, RecordedWait.class, RecordedWait.description(null));
        if (recorded == null || history.mayStopAt(call.index())) {
            stops.atCall(call, history);
            if (recorded == null) {
                begin(call, wakeTime);
            } else {
                sleep(call, recorded.left().orElseThrow());
            }
            stops.atCall(call, history);
        }
        switch (wakeTime) {
            case WakeTime.At at -> reached(at.time());
            case WakeTime.After after -> reached = reached.equals(Instant.MIN) ? reached : after.from(reached);
        }
    }

    private void sleep(Call call, Duration time) {
        waits.until(call, new Wait.Timer(), time, () -> stops.isDueAt(call));
    }

    /** Records the timer, and waits. A time counts from the record; the store knows best when an instant has come. */
    private void begin(Call call, WakeTime wakeTime) {
        TimerStarted timer = new TimerStarted(call.position(), wakeTime, null);
        switch (wakeTime) {
            case WakeTime.After after -> {
                if (waits.mayEndInMemory(call, after.time())) {
                    log.record(timer); // so the wait begins once that is committed
                } else {
                    log.hold(timer);
                }
                sleep(call, after.time());
            }
            case WakeTime.At at -> {
                log.hold(timer);
                Duration left = Duration.between(environment.ownership().now(), at.time());
                if (left.compareTo(Ownership.CLOCK_ERROR.negated()) <= 0) {
                    return;
                }
                if (call.position().isMain()) {
                    Duration notPast = left.isNegative() ? Duration.ZERO : left;
                    waits.untilLoaded(call, new Wait.Timer(), notPast, () -> stops.isDueAt(call));
                } else {
                    sleep(call, left.plus(Ownership.CLOCK_ERROR));
                }
            }
        }
    }

    /** Makes a callback, or returns the URL of the recorded one. */
    String callbackUrl(Call call, String name, String signal) {
        RecordedCallback recorded = calls.of(call, RecordedCallback.class, RecordedCallback.description(name));
        if (recorded != null) {
            return recorded.url();
        }
        stops.atCall(call, history);
        while (environment.callbackUrls().isAwaited(environment.ownership().now())) {
            waits.until(call, new Wait.Timer(), ADDRESS_CHECK, () -> stops.isDueAt(call));
            stops.atCall(call, history);
        }
        try {
            String url = environment.callbackUrls().url(execution.key(), signal);
            log.hold(new CallbackMade(call.position(), name, url));
            return url;
        } catch (HoldfastException e) {
            throw parking.park(DeadLetterFactory.of(Cause.NON_RETRYABLE, call, e));
        }
    }
}

package dev.holdfast.engine.execution;

import dev.holdfast.HoldfastException;
import dev.holdfast.UndecodableException;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.engine.history.RecordedCall;
import dev.holdfast.engine.history.RecordedCallback;
import dev.holdfast.engine.history.RecordedPublish;
import dev.holdfast.engine.history.RecordedTime;
import dev.holdfast.engine.history.RecordedWait;
import dev.holdfast.spi.HistoryEvent.CallbackMade;
import dev.holdfast.spi.HistoryEvent.Published;
import dev.holdfast.spi.HistoryEvent.SignalReceived;
import dev.holdfast.spi.HistoryEvent.SignalTaken;
import dev.holdfast.spi.HistoryEvent.SignalTimedOut;
import dev.holdfast.spi.HistoryEvent.TimeRead;
import dev.holdfast.spi.HistoryEvent.TimerStarted;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the calls of one branch that are no steps: returns what is recorded, else waits or reads the clock, and records
 * what it decided before anything that follows from it. Used by the thread of the branch.
 */
final class DecisionRunner {
    /** How often a workflow looks whether its node has an address for callbacks now. */
    private static final Duration ADDRESS_CHECK = Duration.ofSeconds(1);

    private final ExecutionEnvironment environment;
    private final WorkflowLog log;
    private final Stops stops;
    private final Signals signals;
    private final Parking parking;
    private final Waits waits;
    private final BranchHistory history;
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
        this.signals = execution.signals();
        this.parking = execution.parking();
        this.waits = execution.waits();
        this.history = history;
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

    /** Returns what is recorded of this call. Parks the workflow if that is another call, or if a later one is. */
    private <R extends RecordedCall> @Nullable R recorded(Call call, Class<R> type, String description) {
        R there = found(call, type, description);
        if (there == null) {
            requireNew(call, description);
        }
        return there;
    }

    private <R extends RecordedCall> @Nullable R found(Call call, Class<R> type, String description) {
        RecordedCall there = history.at(call.index());
        if (there != null && !(type.isInstance(there) && there.description().equals(description))) {
            throw parking.park(DeadLetterFactory.mismatch(call, there, description));
        }
        return type.cast(there);
    }

    private void requireNew(Call call, String description) {
        if (history.isInserted(call.index())) {
            throw parking.park(DeadLetterFactory.inserted(call, description));
        }
    }

    /** The time by the store's clock, never before a time that this branch knows to be past. */
    Instant now(Call call) {
        RecordedTime recorded = recorded(call, RecordedTime.class, RecordedTime.DESCRIPTION);
        if (recorded == null) {
            stops.atCall(call, history);
            Instant now = environment.ownership().now();
            reached(now);
            log.hold(new TimeRead(call.position(), reached));
        } else {
            reached = recorded.time();
        }
        return reached;
    }

    /** Records a value, unless it is recorded. A call that is refused has no record, and is refused again on replay. */
    void publish(Call call, String name, Object value) {
        String description = RecordedPublish.description(name);
        if (found(call, RecordedPublish.class, description) == null) {
            stops.atCall(call, history);
            Published event = new Published(call.position(), name, published.encode(name, value));
            published.count(name);
            requireNew(call, description); // not before, because one that was refused has no record
            if (published.mayWait(event)) {
                log.hold(event);
            } else {
                log.record(event);
            }
        }
    }

    void sleep(Call call, WakeTime wakeTime) {
        RecordedWait recorded = recorded(call, RecordedWait.class, RecordedWait.description(null));
        if (recorded == null || !history.isPast(call.index()) || history.isStoppedAt(call.index())) {
            stops.atCall(call, history);
            if (recorded == null) {
                begin(call, wakeTime);
            } else {
                sleep(call, left(recorded));
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
                if (mayEndInMemory(call, after.time())) {
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

    /** Whether the wait may be over before the workflow is unloaded: it is short, or another branch may run longer. */
    private boolean mayEndInMemory(Call call, Duration time) {
        return !call.position().isMain() || time.compareTo(waits.kept()) <= 0;
    }

    private static Duration left(RecordedWait recorded) {
        return recorded.left().orElseThrow();
    }

    /** Returns the payload of the oldest signal of this name; empty if the time came before one. */
    <T> Optional<T> await(Call call, AwaitedSignal<T> signal, WakeTime.@Nullable After atMost) {
        RecordedWait recorded = recorded(call, RecordedWait.class, RecordedWait.description(signal.name()));
        if (recorded != null && recorded.taken().isPresent()) {
            return Optional.of(
                    payload(call, signal, signals.get(recorded.taken().orElseThrow())));
        }
        if (recorded != null && recorded.isTimedOut()) {
            return Optional.empty();
        }
        stops.atCall(call, history);
        if (recorded != null) {
            return untilLimit(call, signal, recorded.due().orElseThrow(), left(recorded));
        }
        Optional<T> there = take(call, signal, null);
        if (there.isPresent()) {
            return there;
        }
        if (atMost == null) {
            return untilSignal(call, signal);
        }
        TimerStarted timer = new TimerStarted(call.position(), atMost, signal.name());
        if (mayEndInMemory(call, atMost.time())) {
            log.record(timer);
            // The limit counts from the record: this is at most a moment later.
            Instant deadline =
                    environment.ownership().now().plus(Ownership.CLOCK_ERROR).plus(atMost.time());
            return untilLimit(call, signal, deadline, atMost.time());
        }
        // The time of the record is not known here: what was sent later than this is left to the decision behind it.
        Instant surely = environment.ownership().now().plus(atMost.time()).minus(Ownership.CLOCK_ERROR);
        log.hold(timer);
        waits.forSignal(call, signal.name(), surely, atMost.time(), false, () -> stops.isDueAt(call));
        stops.atCall(call, history);
        return take(call, signal, surely);
    }

    private <T> Optional<T> untilSignal(Call call, AwaitedSignal<T> signal) {
        while (true) {
            waits.forSignal(call, signal.name(), null, null, false, () -> stops.isDueAt(call));
            stops.atCall(call, history);
            Optional<T> there = take(call, signal, null);
            if (there.isPresent()) {
                return there; // else another branch was faster
            }
        }
    }

    /** Waits for a signal that was sent in time, and decides whether the limit came first. */
    private <T> Optional<T> untilLimit(Call call, AwaitedSignal<T> signal, Instant deadline, Duration left) {
        long since = System.nanoTime();
        Duration rest = left;
        while (true) {
            waits.forSignal(call, signal.name(), deadline, rest, true, () -> stops.isDueAt(call));
            stops.atCall(call, history);
            Optional<T> there = take(call, signal, deadline);
            if (there.isPresent()) {
                return there;
            }
            rest = left.minusNanos(System.nanoTime() - since);
            if (!rest.isPositive()) {
                readInbox(call); // behind the limit: what was sent in time may not have arrived yet
                return take(call, signal, deadline).or(() -> timedOut(call, signal, deadline));
            }
        }
    }

    private <T> Optional<T> take(Call call, AwaitedSignal<T> signal, @Nullable Instant deadline) {
        while (true) {
            Optional<SignalReceived> first = signals.first(signal.name(), deadline);
            if (first.isEmpty()) {
                return Optional.empty();
            }
            T payload = payload(call, signal, first.orElseThrow()); // not taken yet: corrected code gets it again
            if (signals.take(first.orElseThrow())) {
                log.hold(new SignalTaken(call.position(), first.orElseThrow().id(), signal.name()));
                return Optional.of(payload);
            }
        }
    }

    /** Decides that the limit came first, unless a signal that was sent in time arrives at this moment. */
    private <T> Optional<T> timedOut(Call call, AwaitedSignal<T> signal, Instant deadline) {
        while (true) {
            Optional<SignalReceived> late = signals.firstOr(
                    signal.name(), deadline, () -> log.hold(new SignalTimedOut(call.position(), signal.name())));
            Optional<T> taken = late.flatMap(there -> take(call, signal, deadline));
            if (late.isEmpty() || taken.isPresent()) {
                return taken;
            }
        }
    }

    /** Makes a callback, or returns the URL of the recorded one. */
    String callbackUrl(Call call, String name, String signal) {
        RecordedCallback recorded = recorded(call, RecordedCallback.class, RecordedCallback.description(name));
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

    private void readInbox(Call call) {
        while (true) {
            try {
                environment.mail().deliverAll(execution).join();
                return;
            } catch (CompletionException e) {
                waits.aMoment(call, new Wait.Timer()); // the store logs the outage
            }
        }
    }

    private <T> T payload(Call call, AwaitedSignal<T> signal, SignalReceived received) {
        try {
            T payload = environment.codec().decode(received.payload(), signal.type());
            if (payload == null) {
                throw new UndecodableException(signal.type(), new IllegalArgumentException("it is null"));
            }
            return payload;
        } catch (UndecodableException e) {
            throw parking.park(DeadLetterFactory.of(Cause.UNDECODABLE, call, e));
        }
    }
}

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
    private final CancelDelivery cancel;
    private final Signals signals;
    private final Parking parking;
    private final Waits waits;
    private final BranchHistory history;
    private final PublishedValues published;
    private final Execution execution;
    /** The latest time that the code knows to be past. */
    private Instant reached = Instant.MIN;

    DecisionRunner(Execution execution, BranchHistory history) {
        this.execution = execution;
        this.environment = execution.environment();
        this.log = execution.log();
        this.cancel = execution.cancelDelivery();
        this.signals = execution.signals();
        this.parking = execution.parking();
        this.waits = Waits.of(execution);
        this.history = history;
        this.published = new PublishedValues(environment.codec());
    }

    /** Returns what is recorded of this call. Parks the workflow if that is another call. */
    private <R extends RecordedCall> @Nullable R recorded(Call call, Class<R> type, String description) {
        RecordedCall there = history.at(call.index());
        if (there != null && !(type.isInstance(there) && there.description().equals(description))) {
            throw parking.park(DeadLetterFactory.mismatch(call, there, description));
        }
        return type.cast(there);
    }

    /** The time by the store's clock, never before a time that this branch knows to be past. */
    Instant now(Call call) {
        RecordedTime recorded = recorded(call, RecordedTime.class, RecordedTime.DESCRIPTION);
        if (recorded == null) {
            cancel.atCall(call, history);
            Instant now = environment.ownership().now();
            reached = now.isAfter(reached) ? now : reached;
            log.hold(new TimeRead(call.position(), reached));
        } else {
            reached = recorded.time();
        }
        return reached;
    }

    /** Records a value, unless it is recorded. A call that is refused has no record, and is refused again on replay. */
    void publish(Call call, String name, Object value) {
        published.count(name);
        if (recorded(call, RecordedPublish.class, RecordedPublish.description(name)) == null) {
            cancel.atCall(call, history);
            Published event = new Published(call.position(), name, published.encode(name, value));
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
            cancel.atCall(call, history);
            Duration left = recorded == null ? begin(call, wakeTime) : left(recorded);
            waits.until(call, new Wait.Timer(), left);
            cancel.atCall(call, history);
        }
        reach(wakeTime);
    }

    private void reach(WakeTime wakeTime) {
        reached = switch (wakeTime) {
            case WakeTime.At at -> at.time().isAfter(reached) ? at.time() : reached;
            case WakeTime.After after -> reached.equals(Instant.MIN) ? reached : after.from(reached);
        };
    }

    /** Records the timer; returns how long to wait in memory. The store knows best when an instant has come. */
    private Duration begin(Call call, WakeTime wakeTime) {
        TimerStarted timer = new TimerStarted(call.position(), wakeTime, null);
        switch (wakeTime) {
            case WakeTime.After after -> {
                if (after.time().compareTo(waits.kept()) <= 0) {
                    log.record(timer); // it counts from the record, so the wait begins once that is committed
                } else {
                    log.hold(timer);
                }
                return after.time();
            }
            case WakeTime.At at -> {
                log.hold(timer);
                Duration left = Duration.between(environment.ownership().now(), at.time());
                if (left.compareTo(Ownership.CLOCK_ERROR.negated()) > 0) {
                    throw waits.unload(call, new Wait.Timer(), left.isNegative() ? Duration.ZERO : left);
                }
                return Duration.ZERO;
            }
        }
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
        cancel.atCall(call, history);
        if (recorded != null) {
            return awaitRecorded(call, signal, recorded);
        }
        Optional<T> there = take(call, signal, null);
        if (there.isPresent()) {
            return there;
        }
        Instant surely = null;
        if (atMost != null) {
            // The limit is counted from the record, whose time is not known here: what was sent later than this is left
            // to the decision behind the limit.
            surely = environment.ownership().now().plus(atMost.time()).minus(Ownership.CLOCK_ERROR);
            log.hold(new TimerStarted(call.position(), atMost, signal.name()));
        }
        lingerAndUnload(call, signal, surely, atMost == null ? null : atMost.time());
        return take(call, signal, surely);
    }

    /** Goes on with a wait whose limit is recorded. Only here it can be decided that the limit came first. */
    private <T> Optional<T> awaitRecorded(Call call, AwaitedSignal<T> signal, RecordedWait recorded) {
        Instant deadline = recorded.due().orElseThrow();
        Duration left = left(recorded);
        if (signals.first(signal.name(), deadline).isEmpty()) {
            if (left.compareTo(waits.kept()) > 0) {
                lingerAndUnload(call, signal, deadline, left);
            } else {
                linger(call, signal, deadline, left);
                readInbox(); // behind the limit: what was sent in time may not have arrived yet
            }
        }
        return take(call, signal, deadline).or(() -> timedOut(call, signal, deadline));
    }

    private void linger(Call call, AwaitedSignal<?> signal, @Nullable Instant deadline, Duration time) {
        waits.inMemory(time, () -> signals.first(signal.name(), deadline).isPresent() || cancel.isDueAt(call));
        cancel.atCall(call, history);
    }

    /** Waits a moment in memory for a signal, and then unloads the workflow; returns only if there is one. */
    private void lingerAndUnload(
            Call call, AwaitedSignal<?> signal, @Nullable Instant deadline, @Nullable Duration left) {
        long since = System.nanoTime();
        linger(call, signal, deadline, left == null || left.compareTo(waits.kept()) > 0 ? waits.kept() : left);
        // Without a wait in memory nothing of the time is over, and an earlier due time would be none at all for a
        // clock that stands still.
        Duration lingered = waits.kept().isZero() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
        Duration rest = left == null || left.compareTo(lingered) > 0 ? minus(left, lingered) : Duration.ZERO;
        signals.unloadUnlessReceived(
                signal.name(), deadline, waits.unloading(call, new Wait.Signal(signal.name()), rest));
    }

    private static @Nullable Duration minus(@Nullable Duration left, Duration lingered) {
        return left == null ? null : left.minus(lingered);
    }

    private <T> Optional<T> take(Call call, AwaitedSignal<T> signal, @Nullable Instant deadline) {
        return signals.first(signal.name(), deadline).map(first -> {
            T payload = payload(call, signal, first); // before it is taken: corrected code gets it again
            signals.take(first);
            log.hold(new SignalTaken(call.position(), first.id(), signal.name()));
            return payload;
        });
    }

    /** Decides that the limit came first, unless a signal that was sent in time arrives at this moment. */
    private <T> Optional<T> timedOut(Call call, AwaitedSignal<T> signal, Instant deadline) {
        Optional<SignalReceived> late = signals.firstOr(
                signal.name(), deadline, () -> log.hold(new SignalTimedOut(call.position(), signal.name())));
        return late.flatMap(there -> take(call, signal, deadline));
    }

    /** Makes a callback, or returns the URL of the recorded one. */
    String callbackUrl(Call call, String name, String signal) {
        RecordedCallback recorded = recorded(call, RecordedCallback.class, RecordedCallback.description(name));
        if (recorded != null) {
            return recorded.url();
        }
        cancel.atCall(call, history);
        if (environment.callbackUrls().isAwaited(environment.ownership().now())) {
            throw waits.unload(call, new Wait.Timer(), ADDRESS_CHECK);
        }
        try {
            String url = environment.callbackUrls().url(execution.key(), signal);
            log.hold(new CallbackMade(call.position(), name, url));
            return url;
        } catch (HoldfastException e) {
            throw parking.park(DeadLetterFactory.of(Cause.NON_RETRYABLE, call, e));
        }
    }

    private void readInbox() {
        while (true) {
            try {
                environment.mail().deliverAll(execution).join();
                return;
            } catch (CompletionException e) {
                waits.inMemory(waits.kept(), () -> false); // the store logs the outage
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

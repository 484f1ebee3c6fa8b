package dev.holdfast.engine.execution;

import dev.holdfast.UndecodableException;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.engine.history.RecordedWait;
import dev.holdfast.spi.HistoryEvent.SignalReceived;
import dev.holdfast.spi.HistoryEvent.SignalTaken;
import dev.holdfast.spi.HistoryEvent.SignalTimedOut;
import dev.holdfast.spi.HistoryEvent.TimerStarted;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Awaits signals for one branch, and decides between a signal and its limit. Used by the thread of the branch. */
final class SignalRunner {
    private final Execution execution;
    private final ExecutionEnvironment environment;
    private final WorkflowLog log;
    private final Stops stops;
    private final Signals signals;
    private final Parking parking;
    private final Waits waits;
    private final BranchHistory history;
    private final RecordedCalls calls;

    SignalRunner(Execution execution, BranchHistory history, Stops stops) {
        this.execution = execution;
        this.environment = execution.environment();
        this.log = execution.log();
        this.stops = stops;
        this.signals = execution.signals();
        this.parking = execution.parking();
        this.waits = execution.waits();
        this.history = history;
        this.calls = new RecordedCalls(history, parking);
    }

    /** Returns the payload of the oldest signal of this name; empty if the time came before one. */
    <T> Optional<T> await(Call call, AwaitedSignal<T> signal, WakeTime.@Nullable After atMost) {
        RecordedWait recorded = calls.of(call, RecordedWait.class, RecordedWait.description(signal.name()));
        if (recorded != null && recorded.taken().isPresent()) {
            return Optional.of(
                    payload(call, signal, signals.get(recorded.taken().orElseThrow())));
        }
        if (recorded != null && recorded.isTimedOut()) {
            return Optional.empty();
        }
        stops.atCall(call, history);
        if (recorded != null) {
            return untilLimit(
                    call, signal, recorded.due().orElseThrow(), recorded.left().orElseThrow());
        }
        Optional<T> there = take(call, signal, null);
        if (there.isPresent()) {
            return there;
        }
        if (atMost == null) {
            return untilSignal(call, signal);
        }
        TimerStarted timer = new TimerStarted(call.position(), atMost, signal.name());
        if (waits.mayEndInMemory(call, atMost.time())) {
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
        long since = environment.platform().nanoTime();
        Duration rest = left;
        while (true) {
            waits.forSignal(call, signal.name(), deadline, rest, true, () -> stops.isDueAt(call));
            stops.atCall(call, history);
            Optional<T> there = take(call, signal, deadline);
            if (there.isPresent()) {
                return there;
            }
            rest = left.minusNanos(environment.platform().nanoTime() - since);
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

package dev.holdfast.engine.execution;

import dev.holdfast.ChildFailedException;
import dev.holdfast.Definition;
import dev.holdfast.UndecodableException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.engine.history.RecordedChild;
import dev.holdfast.engine.telemetry.ActiveSpan;
import dev.holdfast.engine.telemetry.Tracing;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.HistoryEvent.ChildStarted;
import dev.holdfast.spi.HistoryEvent.SignalReceived;
import dev.holdfast.spi.HistoryEvent.SignalTaken;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParentCall;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.TraceContext;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite.Creation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Starts other workflows for one branch. The end of a child arrives as a signal, which the call waits for, so that it
 * is kept, unloaded, woken and replayed like any other. Used by the thread of the branch.
 */
final class ChildRunner {
    private final Execution execution;
    private final ExecutionEnvironment environment;
    private final BranchHistory history;
    private final Stops stops;

    ChildRunner(Execution execution, BranchHistory history, Stops stops) {
        this.execution = execution;
        this.environment = execution.environment();
        this.history = history;
        this.stops = stops;
    }

    /** Starts a workflow, and does not wait for it; returns its id. */
    <I> String start(Call call, Definition<I, ?> definition, I input) {
        RecordedChild recorded = recorded(call, definition, false);
        if (recorded != null) {
            return recorded.started().id();
        }
        if (history.mayStopAt(call.index())) {
            stops.atCall(call, history);
        }
        return begin(call, definition, input, false).id();
    }

    /** Runs a child, and returns its result. */
    <I, O> O child(Call call, Definition<I, O> definition, I input) {
        RecordedChild recorded = recorded(call, definition, true);
        if (recorded != null && recorded.end().isPresent() && !history.isStoppedAt(call.index())) {
            return result(
                    call,
                    definition,
                    recorded.started(),
                    execution.signals().get(recorded.end().orElseThrow()));
        }
        PendingStop stop = history.mayStopAt(call.index()) ? stopIfDue(call) : null;
        if (stop != null && (recorded == null || recorded.end().isPresent())) {
            throw stop.rethrow(); // before anything was started, or once that has ended
        }
        ChildStarted started = recorded == null ? begin(call, definition, input, true) : recorded.started();
        SignalReceived end = await(call, started, stop);
        return result(call, definition, started, end);
    }

    private @Nullable RecordedChild recorded(Call call, Definition<?, ?> definition, boolean waits) {
        String description = RecordedChild.description(definition.name(), waits);
        return new RecordedCalls(history, execution.parking()).found(call, RecordedChild.class, description);
    }

    /** Starts a workflow in a span of its own, to which all its runs belong. */
    private <I> ChildStarted begin(Call call, Definition<I, ?> definition, I input, boolean waits) {
        DefinitionVersion version = new DefinitionVersion(definition.name(), definition.version());
        environment.children().requireKnown(version);
        try (ActiveSpan span = environment.telemetry().tracing().submission(version)) {
            ChildStarted started = record(call, definition, input, waits, Tracing.context(span));
            span.span().setAttribute("holdfast.workflow.id", started.id());
            return started;
        }
    }

    /** Records the start, and accepts the workflow in the same commit. What is refused has no record. */
    private <I> ChildStarted record(
            Call call, Definition<I, ?> definition, I input, boolean waits, @Nullable TraceContext trace) {
        byte[] encoded = environment
                .values()
                .encode(() -> "the input of child \"" + definition.name() + "\"", input, definition.input())
                .bytes();
        new RecordedCalls(history, execution.parking())
                .requireNew(call, RecordedChild.description(definition.name(), waits));
        WorkflowKey key = environment.children().newKey();
        Creation creation = new Creation(
                definition.name(),
                definition.version(),
                Map.of(),
                encoded,
                false,
                trace,
                null,
                deadline(definition, waits),
                new ParentCall(execution.key(), call.position(), waits));
        ChildStarted started = new ChildStarted(
                call.position(), definition.name(), key, environment.children().idOf(key), waits, creation);
        try {
            execution.log().record(started);
        } catch (RecordRefusedException e) {
            throw execution.parking().park(DeadLetterFactory.of(Cause.NON_RETRYABLE, call, e));
        }
        environment.children().accepted(key);
        return started;
    }

    /** That of the definition, and of a child at most that of the parent. */
    private @Nullable Instant deadline(Definition<?, ?> definition, boolean waits) {
        Instant own = definition.deadline() == null
                ? null
                : environment.ownership().now().plus(definition.deadline());
        Instant parents = waits ? execution.deadlineDelivery().time() : null;
        return own == null || parents != null && parents.isBefore(own) ? parents : own;
    }

    /** Waits for the end. A stop cancels the child first, and is thrown once the child has ended. */
    private SignalReceived await(Call call, ChildStarted started, @Nullable PendingStop stopped) {
        PendingStop stop = stopped;
        boolean told = false;
        while (true) {
            SignalReceived end = take(call, started);
            if (end != null) {
                if (stop != null) {
                    throw stop.rethrow();
                }
                return end;
            }
            if (stop != null && !told) {
                cancel(call, started);
                told = true;
            }
            boolean runs = stop == null;
            Call waiting = runs ? call : new Call(call.position(), call.stepNumber(), false);
            execution
                    .waits()
                    .forChild(
                            waiting,
                            started,
                            () -> runs && stops.isDueAt(call),
                            execution.deadlineDelivery().passesIn(waiting));
            stop = runs ? stopIfDue(call) : stop;
        }
    }

    private @Nullable PendingStop stopIfDue(Call call) {
        return PendingStop.at(call, history, stops);
    }

    private @Nullable SignalReceived take(Call call, ChildStarted started) {
        SignalReceived end =
                execution.signals().first(started.endSignal(), null).orElse(null);
        if (end != null) {
            boolean unused = execution.signals().take(end);
            execution.log().hold(new SignalTaken(call.position(), end.id(), end.name()));
        }
        return end;
    }

    private void cancel(Call call, ChildStarted started) {
        ActionOptions why = ActionOptions.because(
                        "its parent " + execution.workflow().id() + " was stopped")
                .by(OperatorAction.ENGINE)
                .key("parent");
        OperatorAction action = OperatorAction.of(started.child(), ActionKind.CANCEL, started.id(), 0, why);
        while (true) {
            try {
                environment.children().cancel(action).join();
                return;
            } catch (CompletionException e) {
                execution.waits().aMoment(call, new Wait.Child(started.definition())); // the store logs the outage
            }
        }
    }

    private <O> O result(Call call, Definition<?, O> definition, ChildStarted started, SignalReceived end) {
        byte[] payload = end.payload();
        int status = 0;
        while (payload[status] != '\n') {
            status++;
        }
        WorkflowStatus ended = WorkflowStatus.valueOf(new String(payload, 0, status, StandardCharsets.UTF_8));
        byte[] value = Arrays.copyOfRange(payload, status + 1, payload.length);
        try {
            return switch (ended) {
                case COMPLETED -> decode(value, definition);
                case FAILED -> throw failed(started, ended, new FailureCodec(environment.codec()).decode(value));
                default -> throw failed(started, ended, null);
            };
        } catch (UndecodableException e) {
            throw execution.parking().park(DeadLetterFactory.of(Cause.UNDECODABLE, call, e));
        }
    }

    @SuppressWarnings("NullAway") // a child whose type allows it returns null
    private <O> O decode(byte[] value, Definition<?, O> definition) {
        return environment.codec().decode(value, definition.output());
    }

    private static ChildFailedException failed(ChildStarted started, WorkflowStatus status, @Nullable Failure failure) {
        return new ChildFailedException(started.definition(), started.id(), status, failure);
    }
}

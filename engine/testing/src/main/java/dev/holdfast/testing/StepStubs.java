package dev.holdfast.testing;

import dev.holdfast.InvalidInputException;
import dev.holdfast.StepBody;
import dev.holdfast.StepScope;
import dev.holdfast.TypeToken;
import dev.holdfast.engine.execution.AttemptOrder;
import dev.holdfast.spi.HistoryEvent.Intent;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Calls the stub of a step, by its name, in place of its body. Safe for all threads. */
final class StepStubs extends AttemptOrder {
    /** A body in progress. */
    record Running(String workflowId, String step, Thread thread) {}

    /** An outcome that was given to a step: of the attempt {@code attempt}, and {@code call} of its stub. */
    private record Given(int attempt, int call) {}

    /** The stub of one name, and how far it is. */
    private static final class Calls {
        private final Stub stub;
        private final Map<UUID, Given> lastOf = new HashMap<>();
        private int made;

        Calls(Stub stub) {
            this.stub = stub;
        }

        /** The outcome for an attempt: the same again if that of the last attempt was lost. */
        synchronized StepBody<?> next(Intent intent, String workflowId, Recorded recorded) {
            Given last = lastOf.get(intent.idempotencyKey());
            int call = last == null || recorded.isRecorded(workflowId, intent, last.attempt()) ? made++ : last.call();
            lastOf.put(intent.idempotencyKey(), new Given(intent.attempt(), call));
            return stub.outcome(call);
        }
    }

    /** Whether the log of a workflow has the outcome of an attempt of a step. */
    @FunctionalInterface
    interface Recorded {
        boolean isRecorded(String workflowId, Intent step, int attempt);
    }

    private final Map<String, Calls> byStep = new ConcurrentHashMap<>();
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final StubUse use;
    private final Recorded recorded;

    StepStubs(StubUse use, Recorded recorded) {
        this.use = use;
        this.recorded = recorded;
    }

    /** Stubs the steps of this name from now on. */
    void stub(String step, Stub stub) {
        byStep.put(step, new Calls(stub));
    }

    /** The bodies that are in progress. */
    List<Running> running() {
        return List.copyOf(running);
    }

    @Override
    public <T> StepBody<T> body(Intent intent, TypeToken<T> type, StepBody<T> ofStep) {
        Calls stub = byStep.get(intent.name());
        use.ran(intent.name(), stub != null);
        return scope -> {
            Running body = new Running(scope.workflowId(), intent.name(), Thread.currentThread());
            running.add(body);
            try {
                return stub == null ? ofStep.run(scope) : stubbed(stub, intent, type, scope);
            } finally {
                running.remove(body);
            }
        };
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // it was checked; a step of Void has null
    private <T> T stubbed(Calls stub, Intent intent, TypeToken<T> type, StepScope scope) throws Exception {
        Object value = stub.next(intent, scope.workflowId(), recorded).run(scope);
        requireFits(intent.name(), type, value);
        return (T) value;
    }

    private static void requireFits(String step, TypeToken<?> type, @Nullable Object value) {
        if (value != null && !raw(type.type()).isInstance(value)) {
            String expected = type.type() == Void.class
                    ? "it has no value, use stub(\"" + step + "\")"
                    : "expected a value of type " + type;
            throw new InvalidInputException("the stub of step \"" + step + "\" returns a "
                    + value.getClass().getName() + ", " + value + ": " + expected);
        }
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> MethodType.methodType(plain).wrap().returnType();
            case ParameterizedType generic -> raw(generic.getRawType());
            default -> Object.class;
        };
    }
}

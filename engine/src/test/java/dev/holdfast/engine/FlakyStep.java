package dev.holdfast.engine;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepBody;
import dev.holdfast.Workflow;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** A workflow of one step that notes each call of its body; its result is the attempt that succeeded. */
final class FlakyStep {
    static final Definition<String, Integer> FLAKY = Definition.of("flaky", 1, String.class, Integer.class);
    static final RetryPolicy QUICK = RetryPolicy.exponential(Duration.ofMillis(1), 5);

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<Integer> attempts = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    /** A body that fails for so many attempts. */
    static StepBody<Integer> failing(int failures) {
        return scope -> {
            if (scope.attempt() <= failures) {
                throw new IOException("failure " + scope.attempt());
            }
            return scope.attempt();
        };
    }

    static List<Outcome> outcomes(EngineNode node, String id) {
        return node.log(id).stream()
                .map(LogRecord::outcome)
                .filter(Objects::nonNull)
                .toList();
    }

    EngineNode start(Step step, StepBody<Integer> body) {
        return start(CrashPlan.NEVER, step, body);
    }

    EngineNode start(CrashPlan plan, Step step, StepBody<Integer> body) {
        Workflow<String, Integer> workflow = (ctx, in) -> ctx.step(step, Integer.class, scope -> {
            attempts.add(scope.attempt());
            keys.add(scope.idempotencyKey());
            return body.run(scope);
        });
        return EngineNode.start(database, plan, builder -> builder.register(FLAKY, workflow));
    }

    /** The store's. */
    MutableClock clock() {
        return clock;
    }

    /** The number of each call. */
    List<Integer> attempts() {
        return attempts;
    }

    /** The key of each call. */
    List<String> keys() {
        return keys;
    }
}

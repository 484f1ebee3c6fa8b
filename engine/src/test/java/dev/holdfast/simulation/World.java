package dev.holdfast.simulation;

import dev.holdfast.StepRejected;
import dev.holdfast.StepScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What is outside of the engine: the bodies of steps, and what they are promised. Collects each breach. */
final class World {
    /** The calls of the body with one idempotency key. */
    private static final class Calls {
        private final String workflow;
        private final String place;
        private final String input;
        private int number;

        Calls(String workflow, String place, String input) {
            this.workflow = workflow;
            this.place = place;
            this.input = input;
        }
    }

    private final Turns turns;
    private final LogModel logs;
    private final List<String> breaches = new ArrayList<>();
    private final Map<String, Calls> calls = new HashMap<>();
    private final Map<String, String> keys = new HashMap<>();
    /** The steps of sagas, as workflow, place and number, that had their effect, and those that were undone. */
    private final Map<String, Map<Integer, String>> effects = new ConcurrentHashMap<>();

    private final Map<String, Set<Integer>> undone = new HashMap<>();
    private final Set<String> returned = ConcurrentHashMap.newKeySet();
    private long epoch;
    private boolean isRepaired;

    World(Turns turns, LogModel logs) {
        this.turns = turns;
        this.logs = logs;
    }

    /** From now on no body fails. */
    void repair() {
        isRepaired = true;
    }

    List<String> breaches() {
        return breaches;
    }

    /** The body of a step that cannot be undone. */
    String body(StepScope scope, String place, String input, Program.Body body) throws Exception {
        return place + "#" + call(scope, place, input, body);
    }

    /** The body of a step that runs at most once, but for each time that an operator says that it may run again. */
    String once(StepScope scope, String place, String input, Program.Body body) throws Exception {
        int number = call(scope, place, input, body);
        int allowed = 1 + logs.runsAgain(scope.workflowId());
        require(number <= allowed, () -> scope.workflowId() + " at " + place + " ran " + number + " times");
        return place + "#" + number;
    }

    /** The body of a step of a saga. */
    String effect(StepScope scope, String saga, int number, String input, Program.Body body) throws Exception {
        String place = saga + ".s" + number;
        String value = place + "#" + call(scope, place, input, body);
        effects.computeIfAbsent(scope.workflowId() + " " + saga, unused -> new HashMap<>())
                .putIfAbsent(number, value);
        return value;
    }

    /** The body that undoes a step of a saga. It is never rejected. */
    void undo(StepScope scope, String saga, int number, String outcome, Program.Body body) throws Exception {
        String block = scope.workflowId() + " " + saga;
        Program.Body possible = body.fate() == Program.Fate.REJECTION
                ? new Program.Body(body.failures(), Program.Fate.VALUE, body.seconds(), body.isDeaf())
                : body;
        Set<Integer> before = undone.computeIfAbsent(block, unused -> new HashSet<>());
        for (int later : effects.getOrDefault(block, Map.of()).keySet()) {
            require(
                    later <= number || before.contains(later),
                    () -> "step " + number + " of saga " + block + " is undone before step " + later);
        }
        int unused = call(scope, saga + ".u" + number, outcome, possible);
        before.add(number);
    }

    void sagaBegins(String workflow, String saga) {
        effects.computeIfAbsent(workflow + " " + saga, unused -> new HashMap<>());
        returned.remove(workflow + " " + saga); // each load runs the code again
    }

    void sagaReturned(String workflow, String saga) {
        returned.add(workflow + " " + saga);
    }

    /** Checks the sagas of a workflow that has ended, and was not ended by force. */
    void checkSagas(String workflow) {
        effects.forEach((block, steps) -> {
            if (block.startsWith(workflow + " ")) {
                Set<Integer> gone = undone.getOrDefault(block, Set.of());
                if (returned.contains(block)) {
                    require(
                            gone.isEmpty(),
                            () -> "saga " + block + " has succeeded, but steps " + gone + " are undone");
                } else {
                    require(
                            gone.containsAll(steps.keySet()),
                            () -> "saga " + block + " has not succeeded, and of its effects " + steps + " only " + gone
                                    + " are undone");
                }
            }
        });
    }

    /** Returns the number of this call. */
    private int call(StepScope scope, String place, String input, Program.Body body) throws Exception {
        epoch = Math.max(epoch, scope.epoch());
        if (scope.epoch() < epoch) {
            throw new IOException("the outside refuses a former owner");
        }
        String key = scope.idempotencyKey();
        String at = scope.workflowId() + " at " + place;
        logs.calls(scope).ifPresent(breaches::add);
        Calls all = calls.computeIfAbsent(key, unused -> new Calls(scope.workflowId(), place, input));
        require(
                all.workflow.equals(scope.workflowId()) && all.place.equals(place),
                () -> "key " + key + " of " + at + " was that of " + all.workflow + " at " + all.place);
        require(
                all.input.equals(input),
                () -> at + " was called with \"" + all.input + "\", and now with \"" + input + "\"");
        String other = keys.putIfAbsent(scope.workflowId() + " " + place, key);
        require(other == null || other.equals(key), () -> at + " has two keys");
        all.number++;
        int number = all.number;
        take(body);
        if (scope.epoch() < epoch) {
            throw new IOException("the outside refuses a former owner");
        }
        if (!isRepaired && (body.fate() == Program.Fate.FAILURE || number <= body.failures())) {
            throw new IOException("not now");
        }
        if (body.fate() == Program.Fate.REJECTION) {
            throw new StepRejected("no");
        }
        return number;
    }

    private void take(Program.Body body) throws InterruptedException {
        turns.mayYield();
        if (body.seconds() > 0) {
            turns.sleep(body.seconds() * 1_000_000_000L / 2, body.isDeaf());
        }
    }

    private void require(boolean holds, Supplier<String> breach) {
        if (!holds) {
            breaches.add(breach.get());
        }
    }
}

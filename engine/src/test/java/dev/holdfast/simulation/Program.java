package dev.holdfast.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A random workflow, written down: what its code calls, and how it ends.
 *
 * @param toleratesDeadline whether its code fails when its deadline has passed, instead of leaving that to operators
 */
record Program(List<Call> calls, boolean fails, boolean toleratesDeadline) {
    /** What becomes of a body in the end. */
    enum Fate {
        VALUE,
        REJECTION,
        /** Fails until the world is repaired. */
        FAILURE
    }

    /**
     * What a body does: fails so many times, then comes to its fate.
     *
     * @param seconds it takes
     * @param isDeaf whether it ignores interrupts
     */
    record Body(int failures, Fate fate, int seconds, boolean isDeaf) {}

    /** What the code calls next. */
    sealed interface Call {}

    record Step(Body body) implements Call {}

    /** A step whose body is called at most once, unless an operator says otherwise. */
    record Once(Body body) implements Call {}

    record Sleep(int seconds) implements Call {}

    /** Waits for a signal; 0 is no limit. */
    record Await(String signal, int seconds) implements Call {}

    /** Steps that are undone if one of them, or what the block calls behind them, is rejected. */
    record Saga(List<Undoable> steps, List<Call> behind) implements Call {}

    record Undoable(Body body, Body undo) {}

    record All(List<List<Call>> branches) implements Call {}

    record Race(List<List<Call>> branches) implements Call {}

    record Map(int atATime, List<List<Call>> branches) implements Call {}

    /** Runs another program as a child. */
    record Child(int program) implements Call {}

    /** Starts another program as a workflow of its own. */
    record Start(int program) implements Call {}

    /** Reads the clock and makes a UUID. */
    record Read() implements Call {}

    record Publish() implements Call {}

    record Uncancellable(List<Call> calls) implements Call {}

    /** Goes on when what it calls is rejected or fails. */
    record Caught(Call call) implements Call {}

    /** Makes programs, the later of which may run the earlier. */
    static List<Program> random(RandomGenerator random, int number) {
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            programs.add(new Program(
                    calls(random, i == 0 ? 3 : 4, 2, programs.size()), random.nextInt(10) == 0, random.nextBoolean()));
        }
        return programs;
    }

    private static List<Call> calls(RandomGenerator random, int most, int depth, int programs) {
        return list(random, 0, most, () -> call(random, depth, programs));
    }

    private static Call call(RandomGenerator random, int depth, int programs) {
        Call made = any(random, depth, programs);
        return random.nextInt(3) == 0 ? new Caught(made) : made;
    }

    private static Call any(RandomGenerator random, int depth, int programs) {
        return switch (random.nextInt(depth == 0 ? 9 : 16)) {
            case 0, 1 -> new Step(body(random));
            case 2 -> new Once(body(random));
            case 3 -> new Sleep(1 + random.nextInt(5));
            case 4, 5 -> new Await(random.nextBoolean() ? "a" : "b", random.nextInt(3) * 2);
            case 6 -> new Read();
            case 7 -> new Publish();
            case 8 -> programs == 0 ? new Step(body(random)) : child(random, programs);
            case 9 -> new Uncancellable(calls(random, 2, depth - 1, programs));
            case 10, 11 ->
                new Saga(
                        list(random, 1, 3, () -> new Undoable(body(random), body(random))),
                        calls(random, 2, depth - 1, programs));
            case 12, 13 -> new Race(branches(random, depth, programs));
            case 14 -> new All(branches(random, depth, programs));
            default -> new Map(1 + random.nextInt(2), branches(random, depth, programs));
        };
    }

    private static Call child(RandomGenerator random, int programs) {
        int program = random.nextInt(programs);
        return random.nextInt(4) == 0 ? new Start(program) : new Child(program);
    }

    private static List<List<Call>> branches(RandomGenerator random, int depth, int programs) {
        return list(random, 1, 3, () -> calls(random, 2, depth - 1, programs));
    }

    private static Body body(RandomGenerator random) {
        int failures = Math.max(0, random.nextInt(6) - 3);
        Fate fate = switch (random.nextInt(20)) {
            case 0 -> Fate.FAILURE;
            case 1, 2 -> Fate.REJECTION;
            default -> Fate.VALUE;
        };
        return new Body(failures, fate, Math.max(0, random.nextInt(6) - 3), random.nextInt(10) == 0);
    }

    private static <T> List<T> list(RandomGenerator random, int least, int most, Supplier<T> item) {
        List<T> list = new ArrayList<>();
        for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
            list.add(item.get());
        }
        return list;
    }
}

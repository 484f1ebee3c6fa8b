package dev.holdfast.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** A random workflow, written down: what its steps do, and how it ends. Equal for equal seeds. */
record Program(List<Part> parts, End end) {

    /** What becomes of a body in the end. */
    enum Fate {
        VALUE,
        REJECTION,
        NEVER
    }

    /** How the code ends that got so far. */
    enum End {
        RESULT,
        FAILURE,
        BUG
    }

    /** What a body does: fails so many times, then comes to its fate. */
    record Action(int failures, Fate fate) {}

    /** A step and what undoes it. */
    record Undoable(Action action, Action undo) {}

    /** What the code does next. */
    sealed interface Part {
        /** Whether the code goes on when it is rejected. */
        boolean caught();
    }

    record Single(Action action, boolean caught) implements Part {}

    record Block(List<Undoable> steps, boolean caught) implements Part {}

    static Program random(long seed) {
        Random random = new Random(seed);
        List<Part> parts = list(random, 6, () -> part(random));
        int end = random.nextInt(10);
        return new Program(parts, end == 0 ? End.BUG : end == 1 ? End.FAILURE : End.RESULT);
    }

    private static Part part(Random random) {
        boolean caught = random.nextInt(4) > 0;
        return random.nextInt(3) > 0
                ? new Single(action(random, 8), caught)
                : new Block(list(random, 4, () -> new Undoable(action(random, 5), action(random, 100))), caught);
    }

    /** One in {@code rejections} is rejected. */
    private static Action action(Random random, int rejections) {
        int failures = Math.max(0, random.nextInt(6) - 3);
        Fate fate =
                random.nextInt(60) == 0 ? Fate.NEVER : random.nextInt(rejections) == 0 ? Fate.REJECTION : Fate.VALUE;
        return new Action(failures, fate);
    }

    private static <T> List<T> list(Random random, int most, Supplier<T> item) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            list.add(item.get());
        }
        return list;
    }
}

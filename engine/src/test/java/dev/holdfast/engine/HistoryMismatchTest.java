package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.ItemBranch;
import dev.holdfast.Saga;
import dev.holdfast.StepAction;
import dev.holdfast.Workflow;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code was changed under a running workflow, between a crash and the restart. Case 17. */
@Timeout(60)
final class HistoryMismatchTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);

    private final MemoryDatabase database = new MemoryDatabase();
    private final CountDownLatch inLast = new CountDownLatch(1);
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    /** Runs these steps, dies in the last one, goes on with other code. */
    private ParkingReason change(List<String> before, List<String> after) {
        return change(before, steps(after));
    }

    private ParkingReason change(List<String> before, Workflow<String, String> after) {
        String id = runUntilLast(before);
        bodies.clear();
        try (EngineNode second = EngineNode.start(database, builder -> builder.register(WORK, after))) {
            return second.deadLetter(id);
        }
    }

    private String runUntilLast(List<String> steps) {
        Workflow<String, String> code = (ctx, in) -> {
            for (int i = 0; i < steps.size(); i++) {
                boolean last = i == steps.size() - 1;
                ctx.run(steps.get(i), step -> {
                    if (last) {
                        inLast.countDown();
                        new CountDownLatch(1).await();
                    }
                });
            }
            return "";
        };
        try (EngineNode first = EngineNode.start(database, builder -> builder.register(WORK, code))) {
            String id = first.submit(WORK, "").id();
            inLast.await();
            first.crash();
            return id;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Workflow<String, String> steps(List<String> names) {
        return (ctx, in) -> {
            names.forEach(name -> ctx.run(name, step -> bodies.add(name)));
            return "";
        };
    }

    private void assertMismatch(ParkingReason letter, int position, String expected, String found) {
        assertThat(letter.cause()).isEqualTo(Cause.HISTORY_MISMATCH);
        assertThat(letter.position()).isEqualTo(Position.main(position));
        assertThat(letter.failure().message())
                .startsWith("at call " + position + " the log has " + expected + ", but the code has " + found)
                .contains("bring back the code");
        assertThat(bodies).isEmpty();
    }

    @Test
    void aRenamedStep() {
        assertMismatch(change(List.of("a", "b", "c"), List.of("a", "B", "c")), 1, "step \"b\"", "step \"B\"");
    }

    @Test
    void aRemovedStep() {
        assertMismatch(change(List.of("a", "b", "c"), List.of("a", "c")), 1, "step \"b\"", "step \"c\"");
    }

    @Test
    void anInsertedStep() {
        assertMismatch(change(List.of("a", "b", "c"), List.of("a", "new", "b", "c")), 1, "step \"b\"", "step \"new\"");
    }

    @Test
    void reorderedSteps() {
        assertMismatch(change(List.of("a", "b", "c"), List.of("b", "a", "c")), 0, "step \"a\"", "step \"b\"");
    }

    @Test
    void aStepWhoseOutcomeIsNotThereYetIsCheckedToo() {
        assertMismatch(change(List.of("a", "b"), List.of("a", "other")), 1, "step \"b\"", "step \"other\"");
    }

    @Test
    void codeThatEndsEarly() {
        assertMismatch(change(List.of("a", "b", "c"), List.of("a")), 1, "step \"b\"", "the end of the workflow");
    }

    @Test
    void codeThatFailsEarly() {
        ParkingReason letter = change(List.of("a", "b"), (ctx, in) -> {
            throw new dev.holdfast.WorkflowFailedException("at once");
        });
        assertMismatch(letter, 0, "step \"a\"", "the end of the workflow");
    }

    @Test
    void aStepThatBecameAnUndo() {
        ParkingReason letter = change(
                List.of("a", "undo-a", "c"),
                (ctx, in) -> ctx.saga(saga -> {
                    stepWithUndo(saga);
                    throw new dev.holdfast.WorkflowFailedException("undo it");
                }));
        assertMismatch(letter, 1, "step \"undo-a\"", "step \"undo-a\" undoing call 0");
    }

    private void stepWithUndo(Saga saga) {
        saga.step("a", String.class, step -> "", (step, outcome) -> bodies.add("undo"));
    }

    @Test
    void aStepInsertedAtTheStart() {
        assertMismatch(change(List.of("a", "b"), List.of("new", "a", "b")), 0, "step \"a\"", "step \"new\"");
    }

    @Test
    void aStepInsertedBeforeTheLastOneThatIsRecorded() {
        assertMismatch(change(List.of("a", "b"), List.of("a", "new", "b")), 1, "step \"b\"", "step \"new\"");
    }

    @Test
    void theLetterShowsTheCallsAroundAndSaysWhatToDo() {
        ParkingReason letter =
                change(List.of("a", "b", "c", "d", "e", "f", "g"), List.of("a", "b", "c", "d", "e", "g"));
        assertMismatch(letter, 5, "step \"f\"", "step \"g\"");
        assertThat(letter.failure().message())
                .contains("which the log has at call 6", "ctx.changed(\"…\")", "new version", "retry");
        assertThat(letter.stack()).isEqualTo("""
                Calls of the main branch, the same in the history and in the code up to the one marked with >:
                     1  step "b"
                     2  step "c"
                     3  step "d"
                     4  step "e"
                >    5  history: step "f"
                        code:    step "g"
                     6  history: step "g"
                If nobody has changed the code, it is not deterministic: look between the calls for the clock,\
                 random values, the order of a HashMap or HashSet, static or shared state, files, the environment, and\
                 threads.\
                """);
    }

    /** The letter stays open until an operator retries it, with the code that fits again. */
    @Test
    void itGoesOnAfterARollback() {
        String id = runUntilLast(List.of("a", "b"));
        String letter;
        try (EngineNode changed = EngineNode.start(database, builder -> builder.register(WORK, steps(List.of("x"))))) {
            assertThat(changed.deadLetter(id).cause()).isEqualTo(Cause.HISTORY_MISMATCH);
            letter = changed.find(id).deadLetter().orElseThrow();
        }
        try (EngineNode rolledBack =
                EngineNode.start(database, builder -> builder.register(WORK, steps(List.of("a", "b"))))) {
            rolledBack
                    .engine()
                    .admin()
                    .retry(letter, ActionOptions.because("the deployment was rolled back"), EngineNode.DEADLINE);
            rolledBack.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(bodies).containsExactly("b");
    }

    @Test
    void aStepInsertedAtTheEndOfAFinishedBranch() {
        ParkingReason letter = changeBranches((branch, name) -> {
            branch.run(name, step -> {});
            branch.run("new", step -> bodies.add("new"));
            return name;
        });
        assertThat(letter.cause()).isEqualTo(Cause.HISTORY_MISMATCH);
        assertThat(letter.failure().message()).contains(":1 the log has nothing, and later calls", "step \"new\"");
        assertThat(letter.stack()).startsWith("Calls of branch 0.").contains(">    1  history: nothing");
        assertThat(bodies).isEmpty();
    }

    @Test
    void aStepRenamedInABranch() {
        ParkingReason letter = changeBranches((branch, name) -> {
            branch.run(name + "-new", step -> bodies.add("new"));
            return name;
        });
        assertThat(letter.failure().message()).startsWith("at call 0.").contains(":0 the log has step \"", "-new\"");
        assertThat(bodies).isEmpty();
    }

    /** Runs two branches with a step each and a step behind them, dies in that, goes on with other branches. */
    private ParkingReason changeBranches(ItemBranch<String, String> after) {
        String id;
        try (EngineNode first = EngineNode.start(
                database,
                builder -> builder.register(
                        WORK,
                        branches(
                                (branch, name) -> {
                                    branch.run(name, step -> {});
                                    return name;
                                },
                                step -> {
                                    inLast.countDown();
                                    new CountDownLatch(1).await();
                                })))) {
            id = first.submit(WORK, "").id();
            inLast.await();
            first.crash();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        try (EngineNode second = EngineNode.start(
                database, builder -> builder.register(WORK, branches(after, step -> bodies.add("behind"))))) {
            return second.deadLetter(id);
        }
    }

    private static Workflow<String, String> branches(ItemBranch<String, String> body, StepAction behind) {
        return (ctx, in) -> {
            List<String> names = ctx.map(List.of("left", "right"), 2, body);
            ctx.run("behind", behind);
            return String.join(",", names);
        };
    }

    @Test
    void aStepInsertedInALoop() {
        String id = runUntilLast(List.of("item", "item", "item"));
        Workflow<String, String> changed = (ctx, in) -> {
            for (int i = 0; i < 3; i++) {
                ctx.run("check", step -> bodies.add("check"));
                ctx.run("item", step -> bodies.add("item"));
            }
            return "";
        };
        try (EngineNode second = EngineNode.start(database, builder -> builder.register(WORK, changed))) {
            assertMismatch(second.deadLetter(id), 0, "step \"item\"", "step \"check\"");
        }
    }

    @Test
    void stepsAddedBehindTheLastOneAreNoChange() {
        String id = runUntilLast(List.of("a", "b"));
        try (EngineNode second =
                EngineNode.start(database, builder -> builder.register(WORK, steps(List.of("a", "b", "c"))))) {
            second.await(id, WorkflowStatus.COMPLETED);
            assertThat(bodies).containsExactly("b", "c");
        }
    }
}

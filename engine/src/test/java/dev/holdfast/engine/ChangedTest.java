package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.HistoryEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Change markers: workflows that wait while their code is replaced. Case 17, traps 31 and 32. */
@Timeout(60)
final class ChangedTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final ActionOptions WHY = ActionOptions.because("the code was mended");

    private final MemoryDatabase database = new MemoryDatabase();
    /** The bodies that ran. */
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    private String id = "";

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private void step(WorkflowContext ctx, String name) {
        ctx.run(name, step -> bodies.add(name));
    }

    /** Runs this code until it waits, and kills the node. */
    private void untilItWaits(Workflow<String, String> code) {
        try (EngineNode node = node(code)) {
            id = node.submit(WORK, "in").id();
            node.awaitWait(id);
            node.crash();
        }
    }

    /** Lets the workflow take one more signal with this code, until it waits again, and kills the node. */
    private void untilItWaitsAgain(Workflow<String, String> code) {
        try (EngineNode node = node(code)) {
            long taken = taken(node);
            node.engine().signal(id, GO, "");
            Await.until("the signal is taken", () -> taken(node) == taken + 1);
            node.awaitWait(id);
            node.crash();
        }
    }

    private long taken(EngineNode node) {
        return node.log(id).stream()
                .filter(record -> record.event() instanceof HistoryEvent.SignalTaken)
                .count();
    }

    /** Lets the workflow end with this code; its result. */
    private String end(Workflow<String, String> code) {
        try (EngineNode node = node(code)) {
            node.engine().signal(id, GO, "");
            return node.engine().handle(WORK, id).result(EngineNode.DEADLINE);
        }
    }

    private List<String> markers() {
        try (EngineNode node = node((ctx, in) -> in)) {
            return node.engine().admin().history(id, PageRequest.first(100)).items().stream()
                    .filter(item -> item.kind() == HistoryItem.Kind.MARKER)
                    .map(item -> (item.branch() + " " + item.name() + " " + item.state()).strip())
                    .toList();
        }
    }

    @Test
    void aWorkflowThatHasComePastKeepsTheOldWay() {
        untilItWaits((ctx, in) -> {
            step(ctx, "a");
            ctx.awaitSignal(GO);
            return in;
        });
        List<Boolean> answers = new ArrayList<>();
        end((ctx, in) -> {
            answers.add(ctx.changed("first"));
            step(ctx, "a");
            answers.add(ctx.changed("second"));
            ctx.awaitSignal(GO);
            answers.add(ctx.changed("third"));
            return in;
        });
        // The wait without a limit has no record: the workflow stands before it.
        assertThat(answers).containsExactly(false, true, true);
        assertThat(markers()).containsExactly("second set", "third set");
    }

    @Test
    void theAnswerTrueIsGivenOnEachReplay() {
        Workflow<String, String> code = (ctx, in) -> {
            if (ctx.changed("more")) {
                step(ctx, "new");
            }
            ctx.awaitSignal(GO);
            ctx.awaitSignal(GO);
            return String.valueOf(ctx.changed("more"));
        };
        untilItWaits(code);
        untilItWaitsAgain(code);
        assertThat(end(code)).isEqualTo("true");
        assertThat(bodies).containsExactly("new");
        assertThat(markers()).containsExactly("more set", "more set");
    }

    /** Trap 31: a version that is remembered for the whole workflow keeps a loop on the old way for ever. */
    @Test
    void aLoopTakesTheNewWayWithItsNextIteration() {
        Workflow<String, String> before = (ctx, in) -> {
            for (int i = 0; i < 4; i++) {
                step(ctx, "old" + i);
                ctx.awaitSignal(GO);
            }
            return in;
        };
        Workflow<String, String> after = (ctx, in) -> {
            for (int i = 0; i < 4; i++) {
                step(ctx, (ctx.changed("better") ? "new" : "old") + i);
                ctx.awaitSignal(GO);
            }
            return in;
        };
        untilItWaits(before);
        untilItWaitsAgain(before);
        untilItWaitsAgain(after);
        untilItWaitsAgain(after);
        end(after);
        assertThat(bodies).containsExactly("old0", "old1", "new2", "new3");
        assertThat(markers()).hasSize(2);
    }

    /** Trap 32: code that drops an old marker replays. Positions, and with them keys and drawn values, stay. */
    @Test
    void aMarkerThatTheCodeDroppedIsSkipped() {
        List<String> seen = new CopyOnWriteArrayList<>();
        untilItWaits((ctx, in) -> {
            seen.add("uuid " + ctx.uuid());
            if (ctx.changed("one") && ctx.changed("two")) {
                seen.add("uuid " + ctx.uuid());
                step(ctx, "a");
            }
            seen.add("three " + ctx.changed("three"));
            ctx.awaitSignal(GO);
            return in;
        });
        List<String> before = List.copyOf(seen);
        seen.clear();
        end((ctx, in) -> {
            seen.add("uuid " + ctx.uuid());
            seen.add("uuid " + ctx.uuid());
            step(ctx, "a");
            seen.add("three " + ctx.changed("three"));
            ctx.awaitSignal(GO);
            return in;
        });
        assertThat(seen).isEqualTo(before);
        assertThat(bodies).containsExactly("a");
    }

    @Test
    void aMarkerThatTheCodeDroppedAtTheEndIsSkipped() {
        untilItWaits((ctx, in) -> {
            step(ctx, "a");
            boolean unused = ctx.changed("one") && ctx.changed("two");
            ctx.awaitSignal(GO);
            return in;
        });
        assertThat(end((ctx, in) -> {
                    step(ctx, "a");
                    return "over";
                }))
                .isEqualTo("over");
    }

    @Test
    void oneOfTwoMarkersIsDroppedAndAThirdIsNewBetweenThem() {
        untilItWaits((ctx, in) -> {
            boolean unused = ctx.changed("one") && ctx.changed("two");
            step(ctx, "a");
            ctx.awaitSignal(GO);
            return in;
        });
        List<Boolean> answers = new ArrayList<>();
        end((ctx, in) -> {
            answers.add(ctx.changed("zero"));
            answers.add(ctx.changed("two"));
            answers.add(ctx.changed("three"));
            step(ctx, "a");
            ctx.awaitSignal(GO);
            return in;
        });
        assertThat(answers).containsExactly(false, true, false);
    }

    /**
     * The log ends with markers of other ids. What is new is set behind them, so that it is found there again, and the
     * answer does not change with what follows.
     */
    @Test
    void aNewMarkerBehindOthersAtTheEndOfTheLogKeepsItsAnswer() {
        untilItWaits((ctx, in) -> {
            boolean unused = ctx.changed("one");
            ctx.awaitSignal(GO);
            ctx.awaitSignal(GO);
            return in;
        });
        List<String> runs = new ArrayList<>();
        Workflow<String, String> code = (ctx, in) -> {
            String answers = ctx.changed("new") + " " + ctx.changed("one") + " " + ctx.changed("new");
            runs.add(answers);
            ctx.awaitSignal(GO);
            ctx.awaitSignal(GO);
            return answers;
        };
        untilItWaitsAgain(code);
        end(code);
        assertThat(runs).hasSizeGreaterThan(1).containsOnly(runs.getFirst());
    }

    /** The end of a branch has no record: what is behind its join shows that it is past. */
    @Test
    void theEndOfAFinishedBranchIsPast() {
        untilItWaits((ctx, in) -> {
            List<String> unused = ctx.all(List.of(
                    branch -> {
                        step(branch, "left");
                        return "";
                    },
                    branch -> ""));
            step(ctx, "behind");
            ctx.awaitSignal(GO);
            return in;
        });
        List<Boolean> answers = new CopyOnWriteArrayList<>();
        end((ctx, in) -> {
            List<String> unused = ctx.all(List.of(
                    branch -> {
                        step(branch, "left");
                        answers.add(branch.changed("more"));
                        return "";
                    },
                    branch -> {
                        answers.add(branch.changed("more"));
                        return "";
                    }));
            step(ctx, "behind");
            ctx.awaitSignal(GO);
            return in;
        });
        assertThat(answers).isNotEmpty().containsOnly(false);
        assertThat(markers()).isEmpty();
    }

    @Test
    void aBranchThatStillRunsTakesTheNewWay() {
        Workflow<String, String> code = (ctx, in) -> String.join(
                " ",
                ctx.all(List.of(
                        branch -> {
                            branch.awaitSignal(GO);
                            return branch.changed("more") ? "new" : "old";
                        },
                        branch -> "other")));
        untilItWaits(code);
        assertThat(end(code)).isEqualTo("new other");
        assertThat(markers()).containsExactly("0.0 more set");
    }

    /** The undo of a step names the step by its position, also where a marker before that step was dropped. */
    @Test
    void aSagaUndoesTheRightStepsWithoutItsOldMarker() {
        untilItWaits((ctx, in) -> ctx.saga(saga -> {
            boolean unused = ctx.changed("old");
            saga.run("hold", step -> bodies.add("hold"), step -> bodies.add("release"));
            ctx.awaitSignal(GO);
            return in;
        }));
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            saga.run("hold", step -> bodies.add("hold"), step -> bodies.add("release"));
            ctx.awaitSignal(GO);
            throw new WorkflowFailedException("undo it");
        }))) {
            node.engine().signal(id, GO, "");
            node.await(id, WorkflowStatus.FAILED);
            HistoryItem hold = node.engine().admin().history(id, PageRequest.first(100)).items().stream()
                    .filter(item -> item.name().equals("hold"))
                    .findFirst()
                    .orElseThrow();
            assertThat(hold.state()).isEqualTo("undone");
        }
        assertThat(bodies).containsExactly("hold", "release");
    }

    @Test
    void aWorkflowThatIsParkedForANewStepGoesOnWithAMarker() {
        untilItWaits((ctx, in) -> {
            step(ctx, "a");
            step(ctx, "b");
            ctx.awaitSignal(GO);
            return in;
        });
        String letter;
        try (EngineNode node = node((ctx, in) -> {
            step(ctx, "a");
            step(ctx, "new");
            step(ctx, "b");
            ctx.awaitSignal(GO);
            return in;
        })) {
            node.engine().signal(id, GO, "");
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.HISTORY_MISMATCH);
            letter = node.find(id).deadLetter().orElseThrow();
        }
        try (EngineNode node = node((ctx, in) -> {
            step(ctx, "a");
            if (ctx.changed("new")) {
                step(ctx, "new");
            }
            step(ctx, "b");
            ctx.awaitSignal(GO);
            return in;
        })) {
            node.engine().admin().retry(letter, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(bodies).containsExactly("a", "b");
    }

    @Test
    void aCancelIsNotDeliveredAtAMarkerAndTheAnswerStays() {
        Workflow<String, String> code = (ctx, in) -> ctx.saga(saga -> {
            saga.run("hold", step -> bodies.add("hold"), step -> bodies.add("release"));
            if (ctx.changed("more")) {
                saga.run("more", step -> bodies.add("more"), step -> bodies.add("less"));
            }
            ctx.awaitSignal(GO);
            return in;
        });
        untilItWaits(code);
        try (EngineNode node = node(code)) {
            node.engine().admin().cancel(id, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.CANCELLED);
        }
        assertThat(bodies).containsExactly("hold", "more", "less", "release");
    }

    @Test
    void aMarkerCostsNoCommitOfItsOwn() {
        try (EngineNode node = node((ctx, in) -> {
            for (int i = 0; i < 50; i++) {
                assertThat(ctx.changed("c" + i)).isTrue();
            }
            return ctx.step("last", String.class, step -> "done");
        })) {
            id = node.engine().submit(WORK, "in", Submission.key("k")).id();
            node.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(markers()).hasSize(50);
    }

    @Test
    void anIdIsCheckedBeforeAnythingIsRecorded() {
        for (String wrong : List.of("", "Insure", "in sure", "x".repeat(101))) {
            try (EngineNode node = node((ctx, in) -> String.valueOf(ctx.changed(wrong)))) {
                id = node.submit(WORK, "in").id();
                assertThat(node.deadLetter(id).failure().message())
                        .contains("id of a marker", "expected 1 to 100 characters of a-z 0-9 . _ -");
            }
            assertThat(markers()).isEmpty();
        }
    }
}

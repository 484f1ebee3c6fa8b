package dev.holdfast.simulation;

import java.util.List;

/** Faults that the simulation must find. */
final class Mutants {
    /** Each is found in a few seconds. */
    static final List<Mutant> PLAIN = List.of(
            new Mutant("a body runs before its intent is recorded", "engine/execution/AttemptOrder.java", """
                            log.record(intent);
                            ownership.awaitLease();
                            AttemptResult<T> result = body.get();
                    """, """
                            AttemptResult<T> result = body.get();
                            log.record(intent);
                    """),
            new Mutant(
                    "an outcome is recorded before its body has ended",
                    "engine/execution/AttemptOrder.java",
                    "        log.hold(result.outcome());\n",
                    """
                            log.hold(result.outcome());
                            log.flush();
                            AttemptResult<T> unused = body.get();
                    """),
            new Mutant(
                    "a signal is taken twice",
                    "engine/execution/Signals.java",
                    "!waiting.remove(signal)",
                    "!waiting.contains(signal)"),
            new Mutant(
                    "a join is decided after it",
                    "engine/execution/Join.java",
                    "execution.log().hold(new JoinDecided(call.position(), number));",
                    "Thread.startVirtualThread("
                            + "() -> execution.log().hold(new JoinDecided(call.position(), number)));"),
            new Mutant(
                    "the end of a branch wakes nobody",
                    "engine/execution/Waits.java",
                    "        LockSupport.unpark(waiting);\n        if (allWait) {",
                    "        if (allWait) {"),
            new Mutant(
                    "the end of a child by an operator is not told to its parent",
                    "memory/MemoryWriter.java",
                    "if (parent != null && parent.waits()) {",
                    "if (parent != null && parent.waits() && end.by() == null) {"),
            new Mutant(
                    "a workflow that has left keeps its slot",
                    "engine/dispatch/Dispatcher.java",
                    "            slots.release();\n            left.accept(execution);",
                    "            left.accept(execution);"),
            new Mutant("a cancel is delivered, and not recorded", "engine/execution/CancelDelivery.java", """
                                log.record(
                                        new HistoryEvent.Cancelled(position, action.ref()),
                                        Answered.applied(action, WorkflowStatus.COMPENSATING));
                    """, """
                                var unused = log.reply(Answered.applied(action, WorkflowStatus.COMPENSATING));
                    """));

    /** Each takes thousands of schedules. */
    static final List<Mutant> RARE = List.of(
            new Mutant(
                    "an attempt that was cut off has no undo",
                    "engine/execution/StepRunner.java",
                    "if (!mustRunAgain(call, recorded)) {",
                    "if (true) {"),
            new Mutant(
                    "a deadline loads a cancelled workflow again and again",
                    "engine/execution/CancelDelivery.java",
                    "        deadline.drop();\n",
                    ""));

    private Mutants() {}
}

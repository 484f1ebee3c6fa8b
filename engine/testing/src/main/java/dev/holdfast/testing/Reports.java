package dev.holdfast.testing;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.opentest4j.AssertionFailedError;

/** The failures of a kit, each with the workflows that it is about, as text. Safe for all threads. */
final class Reports {
    private static final int WORKFLOWS_MAX = 20;
    private static final int FRAMES_MAX = 12;

    private final Observer observer;
    private final StepStubs stubs;
    private final Supplier<Instant> now;

    Reports(Observer observer, StepStubs stubs, Supplier<Instant> now) {
        this.observer = observer;
        this.stubs = stubs;
        this.now = now;
    }

    /** A workflow with its state and its history. */
    String workflow(String id) {
        WorkflowSummary found = observer.find(id);
        String waits = found.waitingFor().map(Reports::waiting).orElse("");
        String error = found.lastError()
                .map(failure -> "\n  last error: " + failure.type() + ": " + failure.message())
                .orElse("");
        List<String> lines = new HistoryLines(observer.history(id)).full();
        return "workflow " + id + ", " + found.type() + " " + found.version() + ", is " + found.status() + waits
                + "; the time of the kit is " + now.get() + error
                + lines.stream().map(line -> "\n  " + line).collect(Collectors.joining());
    }

    private static String waiting(WorkflowSummary.Waiting wait) {
        String until = wait.until().map(time -> " until " + time).orElse("");
        return ", waits for " + (wait.kind() + " " + wait.name()).strip() + until;
    }

    /** All workflows, each as above. */
    String workflows() {
        List<WorkflowSummary> newest = observer.workflows(WORKFLOWS_MAX);
        return newest.isEmpty()
                ? "no workflow was accepted"
                : newest.stream().map(one -> workflow(one.id())).collect(Collectors.joining("\n"));
    }

    /** The time cannot move because something runs. */
    AssertionFailedError busy() {
        String bodies = stubs.running().stream().map(Reports::body).collect(Collectors.joining());
        return new AssertionFailedError("the kit has waited in vain until nothing runs: time moves only between bodies."
                + " Let the body return, stub its step, or raise Kit.patience()."
                + (bodies.isEmpty()
                        ? "\nno body of a step is in progress: is the workflow's own code waiting?"
                        : bodies)
                + "\n" + workflows());
    }

    private static String body(StepStubs.Running body) {
        return "\nthe body of step " + body.step() + " of workflow " + body.workflowId() + " is in progress:"
                + Arrays.stream(body.thread().getStackTrace())
                        .limit(FRAMES_MAX)
                        .map(frame -> "\n    at " + frame)
                        .collect(Collectors.joining());
    }

    /** The workflow waits, and nothing that could wake it is due. */
    AssertionFailedError neverEnds(String id) {
        return new AssertionFailedError("the workflow can never end: nothing is due any more in this kit, at any time."
                + " Does it wait for a signal that the test has not sent?\n" + workflow(id));
    }

    /** The workflow is parked, and a result was expected. */
    AssertionFailedError parked(String id, DeadLetter letter) {
        return new AssertionFailedError("the workflow has no result, it is parked as a dead letter, " + letter.cause()
                + letter.step().map(step -> " at step " + step).orElse("")
                + ". If the test expects that, use Kit.deadLetter().\n" + workflow(id) + "\n" + letter.stack());
    }

    /** The workflow has ended, and a dead letter was expected. */
    AssertionFailedError notParked(String id, WorkflowStatus status) {
        return new AssertionFailedError(
                "the workflow has no dead letter, it has ended as " + status + "\n" + workflow(id));
    }

    /** The history is another one. */
    AssertionFailedError otherHistory(String id, List<String> expected, List<String> found) {
        return new AssertionFailedError(
                "the history is another one: expected\n" + indented(expected) + "\nbut it is\n" + indented(found) + "\n"
                        + workflow(id),
                String.join("\n", expected),
                String.join("\n", found));
    }

    private static String indented(List<String> lines) {
        return lines.stream().map(line -> "  " + line).collect(Collectors.joining("\n"));
    }
}

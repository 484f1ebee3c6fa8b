package dev.holdfast.simulation;

import dev.holdfast.HoldfastException;
import dev.holdfast.Signal;
import dev.holdfast.StepInDoubtException;
import dev.holdfast.Submission;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What users and operators ask of the node that runs, each on a thread of its own. */
final class Callers {
    private static final int RETRIES_MAX = 5;

    private final RandomGenerator random;
    private final Turns turns;
    private final Nodes nodes;
    private final LogModel logs;
    private final int programs;
    private final List<Submitted> submissions = new ArrayList<>();
    private final Map<String, String> signals = new HashMap<>();
    private final Set<String> forced = new HashSet<>();
    private final Map<String, Integer> retries = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private int acts;

    /** A submission that is repeated until it is accepted. */
    private static final class Submitted {
        private final int program;
        private final Submission submission;
        private boolean isAccepted;

        Submitted(int program, Submission submission) {
            this.program = program;
            this.submission = submission;
        }
    }

    /** An action on a workflow. */
    @FunctionalInterface
    private interface Action {
        void on(Engine engine, WorkflowSummary workflow, ActionOptions options);
    }

    /** {@code programs} is their number. */
    Callers(RandomGenerator random, Turns turns, Nodes nodes, LogModel logs, int programs) {
        this.random = random;
        this.turns = turns;
        this.nodes = nodes;
        this.logs = logs;
        this.programs = programs;
    }

    /** What was asked, in order. */
    List<String> calls() {
        return calls;
    }

    /** How calls have failed as documented. */
    List<String> refusals() {
        return refusals;
    }

    /** How calls have failed otherwise. */
    List<String> faults() {
        return faults;
    }

    /** The names of the signals that were sent, by payload. */
    Map<String, String> signals() {
        return signals;
    }

    /** Whether somebody may have ended this workflow without its code. */
    boolean hasForced(String workflow) {
        return forced.contains(workflow);
    }

    boolean areAllAccepted() {
        return submissions.stream().allMatch(submitted -> submitted.isAccepted);
    }

    void submit() {
        Submission submission = Submission.key("k" + submissions.size());
        if (random.nextInt(6) == 0) {
            submission = submission.deadline(Duration.ofSeconds(2 + random.nextInt(8)));
        }
        if (random.nextInt(8) == 0) {
            submission = submission.after(Duration.ofSeconds(1 + random.nextInt(4)));
        }
        Submitted submitted = new Submitted(random.nextInt(programs), submission);
        submissions.add(submitted);
        accept(submitted);
    }

    private void accept(Submitted submitted) {
        call("submit " + submitted.program, engine -> {
            var unused = engine.submit(ProgramCode.DEFINITION, submitted.program, submitted.submission);
            submitted.isAccepted = true;
        });
    }

    void signal() {
        any().ifPresent(workflow -> signal(workflow.id(), random.nextBoolean() ? "a" : "b", random.nextInt(4) == 0));
    }

    private void signal(String id, String name, boolean twice) {
        String key = "signal" + ++acts;
        signals.put(key, name);
        for (int i = twice ? 2 : 1; i > 0; i--) {
            call(key + " " + name + " to " + id, engine -> {
                String unused = engine.signal(id, Signal.named(name, String.class), key, key);
            });
        }
    }

    void cancel() {
        any().ifPresent(this::cancel);
    }

    private void cancel(WorkflowSummary any) {
        on("cancel", any, (engine, workflow, options) -> {
            logs.cancels(workflow.id());
            var unused = engine.admin().cancel(workflow.id(), options, Duration.ZERO);
        });
    }

    void pause() {
        any().ifPresent(any -> on(
                "pause",
                any,
                (engine, workflow, options) -> engine.admin().pause(workflow.id(), options, Duration.ZERO)));
    }

    void resume() {
        any().ifPresent(this::resume);
    }

    private void resume(WorkflowSummary any) {
        on("resume", any, (engine, workflow, options) -> engine.admin().resume(workflow.id(), options, Duration.ZERO));
    }

    void terminate() {
        any().ifPresent(any -> on("terminate", any, (engine, workflow, options) -> {
            forced.add(workflow.id());
            var unused = engine.admin().terminate(workflow.id(), options, Duration.ZERO);
        }));
    }

    void discard() {
        any().filter(workflow -> workflow.deadLetter().isPresent())
                .ifPresent(any -> on("discard", any, (engine, workflow, options) -> {
                    forced.add(workflow.id());
                    var unused = engine.admin().discard(workflow.deadLetter().orElseThrow(), options, Duration.ZERO);
                }));
    }

    /** Retries all dead letters, but for those that were retried in vain. */
    void retryAll() {
        logs.workflows().stream()
                .filter(workflow -> workflow.deadLetter().isPresent())
                .filter(workflow -> retries.merge(workflow.id(), 1, Integer::sum) <= RETRIES_MAX)
                .forEach(parked -> on("retry", parked, (engine, workflow, options) -> {
                    String letter = workflow.deadLetter().orElseThrow();
                    try {
                        var unused = engine.admin().retry(letter, options, Duration.ZERO);
                    } catch (StepInDoubtException e) {
                        var unused = engine.admin().runAgainAnyway(letter, options, Duration.ZERO);
                    }
                }));
    }

    /** Does what each workflow needs to come to its end. */
    void help() {
        submissions.stream().filter(submitted -> !submitted.isAccepted).forEach(this::accept);
        retryAll();
        for (WorkflowSummary workflow : logs.workflows()) {
            if (workflow.status() == WorkflowStatus.PAUSED) {
                resume(workflow);
            }
            if (workflow.deadLetter().isPresent() && retries.getOrDefault(workflow.id(), 0) > RETRIES_MAX) {
                cancel(workflow);
            }
            workflow.waits().stream()
                    .filter(wait -> wait.kind().equals("signal"))
                    .findFirst()
                    .ifPresent(wait -> signal(workflow.id(), wait.name(), false));
        }
    }

    private Optional<WorkflowSummary> any() {
        List<WorkflowSummary> all = logs.workflows();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private void on(String verb, WorkflowSummary workflow, Action action) {
        ActionOptions options = ActionOptions.because("simulated").key("act" + ++acts);
        call(verb + " " + workflow.id(), engine -> action.on(engine, workflow, options));
    }

    /** Calls the node that runs. A call that it cannot serve is made again, if at all, by those who need it. */
    private void call(String what, Consumer<Engine> call) {
        calls.add(what);
        nodes.current()
                .ifPresent(engine -> turns.start("client", () -> {
                    try {
                        call.accept(engine);
                    } catch (HoldfastException e) {
                        refusals.add(e.getClass().getSimpleName());
                    } catch (RuntimeException | Error e) {
                        faults.add(what + " failed: " + e);
                    }
                }));
    }
}

package dev.holdfast.simulation;

import dev.holdfast.EngineConfig;
import dev.holdfast.HoldfastException;
import dev.holdfast.OverloadedException;
import dev.holdfast.Signal;
import dev.holdfast.StepInDoubtException;
import dev.holdfast.Submission;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.Engine;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One run of a simulation: random programs, submitted, signalled and acted on at random moments, on nodes that crash
 * and are taken over at others. Then the world is repaired, and all must come to an end. All of it follows from the
 * seed.
 */
final class Schedule {
    private static final int EVENTS_MAX = 24;
    private static final int TURNS_MAX = 200_000;
    private static final int RETRIES_MAX = 5;
    private static final int CALM_ROUNDS_MAX = 1_000;
    private static final long STEP_MAX = 7_200;
    private static final Instant START = Instant.parse("2035-01-01T00:00:00Z");

    private final long seed;
    private final RandomGenerator random;
    private final Turns turns;
    private final MemoryDatabase database;
    private final LogModel logs;
    private final World world;
    private final Nodes nodes;
    private final List<Program> programs;
    private final List<Submitted> submissions = new ArrayList<>();
    private final Map<String, String> signals = new HashMap<>();
    private final Set<String> forced = new HashSet<>();
    private final List<String> events = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> retries = new HashMap<>();
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

    private Schedule(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.turns = new Turns(new SplittableRandom(random.nextLong()));
        this.database =
                new MemoryDatabase(() -> START.plusNanos(turns.nanoTime()), new SplittableRandom(random.nextLong()));
        MemoryStore observer = new MemoryStore(database, "observer", YieldingCodec.JSON); // never joins
        this.logs = new LogModel(observer);
        this.world = new World(turns, logs);
        this.programs = Program.random(random, 1 + random.nextInt(3));
        this.nodes = new Nodes(turns, database, config(), new ProgramCode(programs, world), random.nextBoolean());
    }

    /** Runs the schedule of this seed; returns a text of what happened. Throws {@link AssertionError} for a breach. */
    static String run(long seed) {
        return new Schedule(seed).run();
    }

    private EngineConfig config() {
        return EngineConfig.defaults()
                .loadedMax(1 + random.nextInt(4))
                .loadedMaxBytes(64 << 20)
                .pollInterval(Duration.ofSeconds(1))
                .keptLoaded(random.nextBoolean() ? Duration.ofSeconds(1) : Duration.ZERO)
                .shutdownGrace(Duration.ZERO);
    }

    private String run() {
        nodes.replace();
        settle();
        int number = 1 + random.nextInt(EVENTS_MAX);
        for (int i = 0; i < number; i++) {
            act();
            int unused = turns.take(random.nextInt(4) == 0 ? TURNS_MAX : random.nextInt(60));
            check();
        }
        comeToAnEnd();
        nodes.close();
        settle();
        check();
        return turns.taken() + " turns in order " + Long.toHexString(turns.order()) + ", " + database.records()
                + " records";
    }

    private void act() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> submit();
            case 4, 5, 6 -> signal();
            case 7 -> onAny("cancel", this::cancel);
            case 8 ->
                onAny(
                        "pause",
                        (engine, workflow, options) -> engine.admin().pause(workflow.id(), options, Duration.ZERO));
            case 9 ->
                onAny(
                        "resume",
                        (engine, workflow, options) -> engine.admin().resume(workflow.id(), options, Duration.ZERO));
            case 10 -> onAny("terminate", this::terminate);
            case 11 -> retryAll();
            case 12 -> onAny("discard", this::discard);
            case 13 -> {
                events.add("crash");
                nodes.crash();
                nodes.replace();
            }
            case 14 -> {
                events.add("take-over");
                nodes.replace();
            }
            case 15, 16, 17 -> advance(Duration.ofMillis(random.nextInt(5) * 500L));
            default -> advance(Duration.ofSeconds(1 + random.nextInt(5)));
        }
    }

    private void submit() {
        Submission submission = Submission.key("k" + submissions.size());
        if (random.nextInt(6) == 0) {
            submission = submission.deadline(Duration.ofSeconds(2 + random.nextInt(8)));
        }
        if (random.nextInt(8) == 0) {
            submission = submission.after(Duration.ofSeconds(1 + random.nextInt(4)));
        }
        Submitted submitted = new Submitted(random.nextInt(programs.size()), submission);
        submissions.add(submitted);
        events.add("submit " + submitted.program);
        accept(submitted);
    }

    private void accept(Submitted submitted) {
        client(engine -> {
            var unused = engine.submit(ProgramCode.DEFINITION, submitted.program, submitted.submission);
            submitted.isAccepted = true;
        });
    }

    private void signal() {
        List<WorkflowSummary> all = logs.workflows();
        if (all.isEmpty()) {
            return;
        }
        String id = all.get(random.nextInt(all.size())).id();
        String name = random.nextBoolean() ? "a" : "b";
        signal(id, name, random.nextInt(4) == 0);
    }

    private void signal(String id, String name, boolean twice) {
        String key = "signal" + ++acts;
        signals.put(key, name);
        events.add(key + " " + name + " to " + id + (twice ? " twice" : ""));
        for (int i = twice ? 2 : 1; i > 0; i--) {
            client(engine -> {
                String unused = engine.signal(id, Signal.named(name, String.class), key, key);
            });
        }
    }

    /** An action on a workflow. */
    @FunctionalInterface
    private interface Action {
        void on(Engine engine, WorkflowSummary workflow, ActionOptions options);
    }

    private void onAny(String verb, Action action) {
        List<WorkflowSummary> all = logs.workflows();
        if (!all.isEmpty()) {
            on(verb, all.get(random.nextInt(all.size())), action);
        }
    }

    private void on(String verb, WorkflowSummary workflow, Action action) {
        ActionOptions options = ActionOptions.because("simulated").key("act" + ++acts);
        events.add(verb + " " + workflow.id());
        client(engine -> action.on(engine, workflow, options));
    }

    private void cancel(Engine engine, WorkflowSummary workflow, ActionOptions options) {
        logs.cancels(workflow.id());
        var unused = engine.admin().cancel(workflow.id(), options, Duration.ZERO);
    }

    private void terminate(Engine engine, WorkflowSummary workflow, ActionOptions options) {
        forced.add(workflow.id());
        var unused = engine.admin().terminate(workflow.id(), options, Duration.ZERO);
    }

    private void discard(Engine engine, WorkflowSummary workflow, ActionOptions options) {
        workflow.deadLetter().ifPresent(letter -> {
            forced.add(workflow.id());
            var unused = engine.admin().discard(letter, options, Duration.ZERO);
        });
    }

    private void retryAll() {
        logs.workflows().stream()
                .filter(workflow -> workflow.deadLetter().isPresent())
                .filter(workflow -> retries.merge(workflow.id(), 1, Integer::sum) <= RETRIES_MAX)
                .forEach(workflow -> on("retry", workflow, this::retry));
    }

    private void retry(Engine engine, WorkflowSummary workflow, ActionOptions options) {
        String letter = workflow.deadLetter().orElseThrow();
        try {
            var unused = engine.admin().retry(letter, options, Duration.ZERO);
        } catch (StepInDoubtException e) {
            var unused = engine.admin().runAgainAnyway(letter, options, Duration.ZERO);
        }
    }

    private void advance(Duration time) {
        turns.advance(time.toNanos());
        turns.start("clock", database::wakeNode);
    }

    /** Calls the node that runs. A call that it cannot serve is made again, if at all, by those who need it. */
    private void client(java.util.function.Consumer<Engine> call) {
        nodes.current()
                .ifPresent(engine -> turns.start("client", () -> {
                    try {
                        call.accept(engine);
                    } catch (OverloadedException e) {
                        failures.add("overloaded: " + e.getMessage());
                    } catch (HoldfastException e) {
                        failures.add(e.getClass().getSimpleName());
                    }
                }));
    }

    /** Without faults, with operators who help, all must end. */
    private void comeToAnEnd() {
        world.repair();
        long step = 1;
        int idle = 0;
        long before = 0;
        for (int round = 0; round < CALM_ROUNDS_MAX; round++) {
            settle();
            check();
            if (isOver()) {
                logs.workflows().forEach(this::checkEnd);
                check();
                return;
            }
            help();
            turns.start("poll", database::wakeNode);
            settle();
            boolean isIdle = database.records() == before;
            before = database.records();
            idle = isIdle ? idle + 1 : 0;
            step = isIdle ? Math.min(step * 2, STEP_MAX) : 1;
            advance(Duration.ofMillis(500 * step));
            if (idle > 30) {
                throw breach(List.of("nothing goes on"));
            }
        }
        throw breach(List.of("it never comes to an end"));
    }

    private boolean isOver() {
        return submissions.stream().allMatch(submitted -> submitted.isAccepted)
                && logs.workflows().stream()
                        .allMatch(workflow -> workflow.status().isFinal());
    }

    private void help() {
        submissions.stream().filter(submitted -> !submitted.isAccepted).forEach(this::accept);
        for (WorkflowSummary workflow : logs.workflows()) {
            if (workflow.status() == WorkflowStatus.PAUSED) {
                on(
                        "resume",
                        workflow,
                        (engine, paused, options) -> engine.admin().resume(paused.id(), options, Duration.ZERO));
            }
            workflow.waitingFor()
                    .filter(waiting -> waiting.kind().equals("signal"))
                    .ifPresent(waiting -> signal(workflow.id(), waiting.name(), false));
        }
        retryAll();
        logs.workflows().stream()
                .filter(workflow -> workflow.deadLetter().isPresent())
                .filter(workflow -> retries.getOrDefault(workflow.id(), 0) > RETRIES_MAX)
                .forEach(workflow -> on("give up", workflow, this::cancel));
    }

    private void checkEnd(WorkflowSummary workflow) {
        if (!forced.contains(workflow.id())) {
            world.checkSagas(workflow.id());
            logs.ends(workflow.id(), new ResultModel(programs, signals)).ifPresent(wrong -> {
                throw breach(List.of(wrong));
            });
        }
    }

    private void settle() {
        if (turns.take(TURNS_MAX) == 0) {
            throw breach(List.of("the threads never come to rest"));
        }
    }

    private void check() {
        List<String> breaches = new ArrayList<>(logs.check());
        breaches.addAll(world.breaches());
        breaches.addAll(nodes.failures());
        if (!breaches.isEmpty()) {
            throw breach(breaches);
        }
    }

    private AssertionError breach(List<String> breaches) {
        String what = String.join("\n", breaches.subList(0, Math.min(3, breaches.size())));
        List<String> ids = logs.workflows().stream().map(WorkflowSummary::id).toList();
        boolean isOfOne = ids.stream().anyMatch(what::contains);
        StringBuilder text = new StringBuilder("seed " + seed + ": " + what);
        for (int i = 0; i < programs.size(); i++) {
            text.append("\np").append(i).append(": ").append(programs.get(i));
        }
        text.append("\nevents: ").append(events.subList(0, Math.min(events.size(), 40)));
        text.append("\nfailed calls: ").append(failures);
        logs.workflows().stream()
                .filter(workflow -> !isOfOne && !workflow.status().isFinal() || what.contains(workflow.id()))
                .forEach(workflow -> {
                    text.append("\n").append(workflow);
                    logs.read(workflow.id()).stream()
                            .limit(60)
                            .forEach(record -> text.append("\n    ").append(LogText.of(record)));
                });
        return new AssertionError(text + (isOfOne ? "" : turns.stacks()));
    }
}

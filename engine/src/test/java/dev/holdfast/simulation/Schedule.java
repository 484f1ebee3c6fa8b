package dev.holdfast.simulation;

import dev.holdfast.EngineConfig;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.export.ExportReader;
import dev.holdfast.engine.export.ExportedHistory;
import dev.holdfast.engine.export.HistoryExport;
import dev.holdfast.engine.replay.Replayer;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    private static final int CALM_ROUNDS_MAX = 1_000;
    private static final long STEP_MAX = 7_200;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Instant START = Instant.parse("2035-01-01T00:00:00Z");

    private final long seed;
    private final RandomGenerator random;
    private final Turns turns;
    private final MemoryDatabase database;
    private final MemoryStore observer;
    private final LogModel logs;
    private final World world;
    private final Nodes nodes;
    private final List<Program> programs;
    private final Callers callers;

    private Schedule(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.turns = new Turns(new SplittableRandom(random.nextLong()));
        this.database =
                new MemoryDatabase(() -> START.plusNanos(turns.nanoTime()), new SplittableRandom(random.nextLong()));
        this.observer = new MemoryStore(database, "observer", YieldingCodec.JSON); // never joins
        this.logs = new LogModel(observer);
        this.world = new World(turns, logs);
        this.programs = Program.random(random, 1 + random.nextInt(3));
        this.nodes = new Nodes(
                turns, database, config(), isOwner -> new ProgramCode(programs, world, isOwner), random.nextBoolean());
        this.callers = new Callers(random, turns, nodes, logs, programs.size());
    }

    /** Runs the schedule of this seed; returns a text of what happened. Throws {@link AssertionError} for a breach. */
    static String run(long seed) {
        return new Schedule(seed).run();
    }

    /**
     * Runs the schedule of this seed, and then the code on each history, whole and cut at every record. Returns how
     * many there were. Throws {@link AssertionError} if the code does not follow one.
     */
    static int replay(long seed) {
        Schedule schedule = new Schedule(seed);
        String unused = schedule.run();
        schedule.logs.workflows().forEach(schedule::replay);
        return schedule.logs.workflows().size();
    }

    private void replay(WorkflowSummary workflow) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new HistoryExport(observer).write(workflow.id(), out);
        ExportedHistory history = ExportReader.read(workflow.id(), new ByteArrayInputStream(out.toByteArray()));
        try (Replayer replayer = new Replayer(YieldingCodec.JSON, PATIENCE)) {
            replayer.difference(
                            history,
                            ProgramCode.DEFINITION,
                            new ProgramCode(programs, world, () -> false),
                            Integer.MAX_VALUE)
                    .ifPresent(difference -> {
                        throw breach(List.of(workflow.id() + ", " + difference));
                    });
        }
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
            case 0, 1, 2, 3 -> callers.submit();
            case 4, 5, 6 -> callers.signal();
            case 7 -> callers.cancel();
            case 8 -> callers.pause();
            case 9 -> callers.resume();
            case 10 -> callers.terminate();
            case 11 -> callers.retryAll();
            case 12 -> callers.discard();
            case 13 -> {
                callers.calls().add("crash");
                nodes.crash();
                nodes.replace();
            }
            case 14 -> {
                callers.calls().add("take-over");
                nodes.replace();
            }
            case 15, 16, 17 -> advance(Duration.ofMillis(random.nextInt(5) * 500L));
            default -> advance(Duration.ofSeconds(1 + random.nextInt(5)));
        }
    }

    private void advance(Duration time) {
        turns.advance(time.toNanos());
        turns.start("clock", database::wakeNode);
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
            callers.help();
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
        return callers.areAllAccepted()
                && logs.workflows().stream()
                        .allMatch(workflow -> workflow.status().isFinal());
    }

    private void checkEnd(WorkflowSummary workflow) {
        if (!callers.hasForced(workflow.id())) {
            world.checkSagas(workflow.id());
            logs.ends(workflow.id(), new ResultModel(programs, callers.signals()))
                    .ifPresent(wrong -> {
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
        breaches.addAll(callers.faults());
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
        List<String> calls = callers.calls();
        text.append("\ncalls: ").append(calls.subList(0, Math.min(calls.size(), 40)));
        text.append("\nrefusals: ").append(callers.refusals());
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

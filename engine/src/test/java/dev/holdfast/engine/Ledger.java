package dev.holdfast.engine;

import dev.holdfast.StepScope;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.List;

/**
 * What really ran, independent of the engine's records, and what of it broke the rules: as a body begins, its intent is
 * in the log, under the same key, and no outcome is. Lives outside of all processes; safe for all threads.
 */
final class Ledger {
    /** That a body began, or that it had its effect. */
    record Line(String workflowId, int position, String key, int attempt, boolean effect) {}

    private final Store log;
    private final List<Line> lines = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    Ledger(MemoryDatabase database) {
        this.log = new MemoryStore(database);
    }

    /** Called first in a body. */
    void began(CrashingStore process, StepScope step) {
        process.whileAlive(() -> write(step, false));
    }

    /** Called where a body does what it is for. */
    void effect(CrashingStore process, StepScope step) {
        process.whileAlive(() -> write(step, true));
    }

    private synchronized void write(StepScope step, boolean effect) {
        Line line = new Line(step.workflowId(), step.position(), step.idempotencyKey(), step.attempt(), effect);
        lines.add(line);
        if (!effect) {
            check(line);
        }
    }

    private void check(Line line) {
        WorkflowKey key = log.locate(line.workflowId()).orElse(null);
        List<LogRecord> rows = key == null ? List.of() : log.log(key, 0, Integer.MAX_VALUE, Long.MAX_VALUE);
        if (rows.stream()
                .noneMatch(record -> record.event() instanceof HistoryEvent.Intent intent && isOf(intent, line))) {
            violations.add("a body ran without its intent: " + line);
        }
        if (rows.stream().anyMatch(record -> isFinal(record.outcome(), line.position()))) {
            violations.add("a body with a recorded outcome ran again: " + line);
        }
    }

    private static boolean isOf(HistoryEvent.Intent intent, Line line) {
        return intent.position().equals(Position.main(line.position()))
                && intent.attempt() == line.attempt()
                && intent.idempotencyKey().toString().equals(line.key());
    }

    private static boolean isFinal(WorkflowWrite.@org.jspecify.annotations.Nullable Outcome outcome, int position) {
        return outcome != null
                && outcome.position().equals(Position.main(position))
                && outcome.state().isFinal();
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized List<Line> lines(String workflowId) {
        return lines.stream()
                .filter(line -> line.workflowId().equals(workflowId))
                .toList();
    }

    /** How often a body of this position began. */
    int begun(String workflowId, int position) {
        return (int) lines(workflowId).stream()
                .filter(line -> line.position() == position && !line.effect())
                .count();
    }

    /** How often it had its effect. */
    int effects(String workflowId, int position) {
        return (int) lines(workflowId).stream()
                .filter(line -> line.position() == position && line.effect())
                .count();
    }
}

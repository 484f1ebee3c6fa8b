package dev.holdfast.simulation;

import dev.holdfast.StepScope;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What the logs of workflows may look like, whatever happens. Reads what was added, and returns each breach. */
final class LogModel {
    private static final int WORKFLOWS_MAX = 200;

    private final MemoryStore observer;
    private final Map<String, Log> logs = new HashMap<>();
    private final Set<String> cancelled = new HashSet<>();

    LogModel(MemoryStore observer) {
        this.observer = observer;
    }

    /** Somebody asks to cancel this workflow, which ends a pause, also before it is recorded. */
    void cancels(String id) {
        cancelled.add(id);
    }

    /** All workflows, the newest first. */
    List<WorkflowSummary> workflows() {
        return observer.admin().list(WorkflowFilter.newest(WORKFLOWS_MAX)).items();
    }

    /** Reads what was added to all logs. */
    List<String> check() {
        List<String> breaches = new ArrayList<>();
        for (WorkflowSummary workflow : workflows()) {
            breaches.addAll(log(workflow.id()).read(read(workflow.id())));
        }
        return breaches;
    }

    /** The whole log of a workflow. */
    List<LogRecord> read(String id) {
        return observer.log(observer.locate(id).orElseThrow(), 0, Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /** What is wrong about a call of a body at this moment. */
    Optional<String> calls(StepScope scope) {
        UUID key = UUID.fromString(scope.idempotencyKey());
        List<LogRecord> log = read(scope.workflowId());
        Optional<Intent> intent = log.reversed().stream()
                .filter(record -> record.event() instanceof Intent one
                        && one.idempotencyKey().equals(key))
                .map(record -> (Intent) record.event())
                .findFirst();
        if (intent.filter(last -> last.attempt() == scope.attempt()).isEmpty()) {
            return Optional.of("a body of " + scope.workflowId() + " runs for attempt " + scope.attempt()
                    + ", but the last intent is " + intent);
        }
        Position position = intent.orElseThrow().position();
        return log.stream()
                .filter(record -> record.outcome() != null
                        && record.outcome().state().isFinal()
                        && record.outcome().position().equals(position))
                .findFirst()
                .map(record -> "a body of " + scope.workflowId() + " runs behind its outcome " + record);
    }

    /** What is wrong about the end of a workflow that no operator has ended by force. */
    Optional<String> ends(String id, ResultModel model) {
        LogRecord last = LogRecord.lastEvent(read(id)).orElseThrow();
        if (!(last.event() instanceof HistoryEvent.Ended ended)) {
            return Optional.of("workflow " + id + " has not ended: " + last);
        }
        String text = new String(ended.value(), StandardCharsets.UTF_8);
        int program = Integer.parseInt(input(id));
        boolean isPossible = switch (ended.status()) {
            case COMPLETED -> model.isPossible(program, text.substring(1, text.length() - 1));
            case CANCELLED -> cancelled.contains(id);
            default -> model.mayFail(program, text);
        };
        return isPossible
                ? Optional.empty()
                : Optional.of(
                        "workflow " + id + " of program " + program + " cannot be " + ended.status() + ": " + text);
    }

    private String input(String id) {
        byte[] input = observer.input(observer.locate(id).orElseThrow()).orElseThrow();
        return new String(input, StandardCharsets.UTF_8);
    }

    /** How often an operator has let a workflow go on. */
    int runsAgain(String id) {
        return (int) read(id).stream()
                .filter(record -> record.event() instanceof HistoryEvent.Retried)
                .count();
    }

    private Log log(String id) {
        return logs.computeIfAbsent(id, Log::new);
    }

    /** What was read of one log. */
    private final class Log {
        private final String id;
        private final Map<Position, UUID> keys = new HashMap<>();
        private final Map<Position, Integer> attempts = new HashMap<>();
        private final Set<Position> over = new HashSet<>();
        private final Map<String, Integer> last = new HashMap<>();
        private final Set<Object> once = new HashSet<>();
        private final List<String> breaches = new ArrayList<>();
        private List<LogRecord> records = List.of();
        private boolean isEnded;
        private boolean isParked;
        private int retries;
        private boolean isPaused;

        Log(String id) {
            this.id = id;
        }

        List<String> read(List<LogRecord> now) {
            breaches.clear();
            require(
                    now.size() >= records.size()
                            && now.subList(0, records.size()).equals(records),
                    "its log was changed",
                    records);
            now.stream().skip(records.size()).forEach(this::read);
            records = List.copyOf(now);
            return breaches;
        }

        private void read(LogRecord record) {
            Outcome outcome = record.outcome();
            if (outcome != null) {
                require(!isEnded, "an outcome follows its end", record);
                require(
                        outcome.attempt() == attempts.getOrDefault(outcome.position(), 0),
                        "an outcome has no intent",
                        record);
                require(!over.contains(outcome.position()), "a step has two final outcomes", record);
                if (outcome.state().isFinal()) {
                    over.add(outcome.position());
                }
            }
            HistoryEvent event = record.event();
            if (event != null) {
                require(!isEnded || event.isOnlyReceived(), "an event follows its end", record);
                read(event, record);
            }
        }

        private void read(HistoryEvent event, LogRecord record) {
            switch (event) {
                case Intent intent -> {
                    begins(intent.position(), record);
                    require(!over.contains(intent.position()), "a step begins behind its outcome", record);
                    require(
                            intent.attempt() == attempts.merge(intent.position(), 1, Integer::sum),
                            "attempts are not counted one by one",
                            record);
                    require(
                            intent.idempotencyKey()
                                    .equals(keys.computeIfAbsent(intent.position(), p -> intent.idempotencyKey())),
                            "a step has two keys",
                            record);
                }
                case HistoryEvent.SignalReceived signal ->
                    require(once.add(signal.id()), "a signal was received twice", record);
                case HistoryEvent.Decision decision -> {
                    begins(decision.position(), record);
                    requireOnce(decision, record);
                }
                case HistoryEvent.Parked parked -> {
                    require(!isParked, "it is parked twice", record);
                    isParked = true;
                }
                case HistoryEvent.Paused paused -> isPaused = true;
                case HistoryEvent.Resumed resumed -> isPaused = false;
                case HistoryEvent.Retried retried -> {
                    isParked = false;
                    retries++;
                }
                case HistoryEvent.Cancelled delivered -> {
                    isParked = false;
                    isPaused = false;
                }
                case HistoryEvent.DeadlinePassed passed -> {}
                case HistoryEvent.Ended ended -> isEnded = true;
                case HistoryEvent.Unknown unknown -> require(false, "an event is unknown", record);
            }
        }

        private void requireOnce(HistoryEvent.Decision decision, LogRecord record) {
            if (decision instanceof HistoryEvent.ChildStarted child) {
                cancelled.add(child.id()); // its parent may do so at any time
            }
            if (decision instanceof HistoryEvent.SignalTaken taken) {
                require(once.contains(taken.id()), "a signal was taken that was not received", record);
                require(once.add(List.of("taken", taken.id())), "a signal was taken twice", record);
            }
            int times = decision instanceof HistoryEvent.BranchStopped ? retries : 0; // a retry lets it go on
            require(
                    once.add(List.of(decision.getClass(), decision.position(), times)),
                    "a call was decided twice",
                    record);
        }

        /** A call of the code at this position. */
        private void begins(Position position, LogRecord record) {
            require(!isParked, "its code goes on though it is parked", record);
            require(!isPaused || cancelled.contains(id), "its code goes on though it is paused", record);
            int before = last.merge(position.branch(), position.index(), Math::max);
            require(before <= position.index(), "a call is recorded behind a later one", record);
        }

        private void require(boolean holds, String breach, Object seen) {
            if (!holds) {
                breaches.add("workflow " + id + ": " + breach + ": " + seen);
            }
        }
    }
}

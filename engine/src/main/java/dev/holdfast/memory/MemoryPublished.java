package dev.holdfast.memory;

import dev.holdfast.admin.PublishedValue;
import dev.holdfast.spi.FeedEntry;
import dev.holdfast.spi.FeedPosition;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.WorkflowKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what workflows have published from their logs. Used inside transactions only. */
final class MemoryPublished {
    private MemoryPublished() {}

    static List<PublishedValue> lastOfEachName(MemoryWorkflow workflow) {
        TreeMap<String, PublishedValue> byName = new TreeMap<>();
        published(workflow, 0).map(MemoryPublished::value).forEach(value -> byName.put(value.name(), value));
        return List.copyOf(byName.values());
    }

    private static Stream<LogRecord> published(MemoryWorkflow workflow, int after) {
        return workflow.log().stream().skip(after).filter(record -> record.event() instanceof HistoryEvent.Published);
    }

    private static PublishedValue value(LogRecord record) {
        if (record.event() instanceof HistoryEvent.Published published) {
            return new PublishedValue(published.name(), published.value(), record.at(), record.seq());
        }
        throw new IllegalArgumentException("record " + record.seq() + " is no published value");
    }

    /** Takes the first new value of each workflow, then the second of each, and so on. */
    static List<FeedEntry> feed(
            Collection<FeedPosition> watched, Function<WorkflowKey, @Nullable MemoryWorkflow> at, long bytesMax) {
        List<Reading> readings = watched.stream()
                .flatMap(position -> Stream.ofNullable(at.apply(position.key()))
                        .map(workflow -> new Reading(
                                workflow, published(workflow, position.after()).toList(), new ArrayList<>())))
                .toList();
        List<Candidate> inTurn = readings.stream()
                .flatMap(Reading::candidates)
                .sorted(Comparator.comparingInt(Candidate::turn))
                .toList();
        long bytes = 0;
        for (Candidate candidate : inTurn) {
            bytes += candidate.record().bytes();
            if (bytes > bytesMax && !candidate.equals(inTurn.getFirst())) {
                break;
            }
            candidate.to().add(value(candidate.record()));
        }
        return readings.stream().map(Reading::entry).toList();
    }

    /** A new value that goes to this list if there is room. */
    private record Candidate(int turn, LogRecord record, List<PublishedValue> to) {}

    /** The records with the new values of one workflow, and the values that are taken. */
    private record Reading(MemoryWorkflow workflow, List<LogRecord> records, List<PublishedValue> taken) {
        Stream<Candidate> candidates() {
            return Stream.iterate(0, turn -> turn < records.size(), turn -> turn + 1)
                    .map(turn -> new Candidate(turn, records.get(turn), taken));
        }

        FeedEntry entry() {
            return new FeedEntry(workflow.key(), workflow.status(), taken, taken.size() == records.size());
        }
    }
}

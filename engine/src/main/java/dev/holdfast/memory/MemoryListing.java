package dev.holdfast.memory;

import dev.holdfast.InvalidInputException;
import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.spi.WorkflowKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Lists workflows by filter, newest first. The cursor names the last workflow of a page. Used inside transactions only.
 */
final class MemoryListing {
    /** The place of a workflow in the list; the form of a cursor is {@code <micros>.<uid>}. */
    private record Place(Instant at, UUID uid) implements Comparable<Place> {
        private static final Comparator<Place> NEWEST_FIRST =
                Comparator.comparing(Place::at).thenComparing(Place::uid).reversed();

        static Place of(MemoryWorkflow workflow) {
            return new Place(workflow.createdAt(), workflow.key().uid());
        }

        static Place parse(String cursor) {
            int dot = cursor.indexOf('.');
            try {
                long micros = Long.parseLong(cursor, 0, Math.max(dot, 0), 10);
                Instant at = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
                return new Place(at, UUID.fromString(cursor.substring(dot + 1)));
            } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
                throw new InvalidOptionException(
                        "cursor", "\"" + cursor + "\" is no cursor: pass back \"next\" as it came");
            }
        }

        @Override
        public int compareTo(Place other) {
            return NEWEST_FIRST.compare(this, other);
        }

        @Override
        public String toString() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, at) + "." + uid;
        }
    }

    private final MemoryDatabase database;
    private final MemorySummaries summaries;

    MemoryListing(MemoryDatabase database, MemorySummaries summaries) {
        this.database = database;
        this.summaries = summaries;
    }

    Page<WorkflowSummary> list(WorkflowFilter filter) {
        Optional<Place> from = filter.cursor().map(Place::parse);
        Optional<WorkflowKey> parent = filter.parent().flatMap(this::locate);
        List<MemoryWorkflow> found = database.all().stream()
                .filter(workflow -> matches(filter, workflow))
                .filter(workflow -> filter.parent().isEmpty()
                        || parent.isPresent() && workflow.parent().equals(parent))
                .filter(workflow -> from.isEmpty() || Place.of(workflow).compareTo(from.orElseThrow()) > 0)
                .sorted(Comparator.comparing(Place::of))
                .limit(filter.limit() + 1L)
                .toList();
        Page<MemoryWorkflow> page =
                Page.of(found, filter.limit(), workflow -> Place.of(workflow).toString());
        return new Page<>(page.items().stream().map(summaries::of).toList(), page.next());
    }

    private Optional<WorkflowKey> locate(String id) {
        try {
            return database.locate(id);
        } catch (InvalidInputException e) {
            return Optional.empty(); // no workflow ever had this id
        }
    }

    private static boolean matches(WorkflowFilter filter, MemoryWorkflow workflow) {
        var labels = workflow.creation().labels().entrySet();
        return filter.type()
                        .filter(type -> !type.equals(workflow.creation().definition()))
                        .isEmpty()
                && (filter.statuses().isEmpty() || filter.statuses().contains(workflow.status()))
                && labels.containsAll(filter.labels().entrySet())
                && filter.waitingFor()
                        .map(wait -> workflow.waits().stream().anyMatch(waiting -> waiting.isFor(wait)))
                        .orElse(true)
                && filter.after()
                        .filter(after -> workflow.createdAt().isBefore(after))
                        .isEmpty()
                && filter.before()
                        .filter(before -> !workflow.createdAt().isBefore(before))
                        .isEmpty();
    }
}

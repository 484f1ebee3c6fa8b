package dev.holdfast.testing;

import dev.holdfast.Codec;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.history.HistoryPages;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the database of a kit, whether a node runs or not. Safe for all threads. */
final class Observer {
    private static final int PAGE = WorkflowFilter.LIMIT_MAX;

    private final MemoryStore store;
    private final HistoryPages histories;

    Observer(MemoryDatabase database, Codec codec) {
        this.store = new MemoryStore(database, "observer", codec, Duration.ofHours(1)); // never joins
        this.histories = new HistoryPages(store, codec);
    }

    private WorkflowKey locate(String id) {
        return store.locate(id).orElseThrow(() -> new UnknownWorkflowException(id));
    }

    WorkflowSummary find(String id) {
        return store.find(locate(id)).orElseThrow(() -> new UnknownWorkflowException(id));
    }

    List<HistoryItem> history(String id) {
        List<HistoryItem> items = new ArrayList<>();
        Optional<PageRequest> next = Optional.of(PageRequest.first(PAGE));
        while (next.isPresent()) {
            PageRequest request = next.orElseThrow();
            Page<HistoryItem> page = histories.page(locate(id), request);
            items.addAll(page.items());
            next = page.next().map(request::from);
        }
        return items;
    }

    /** The newest workflows, the oldest of them first. */
    List<WorkflowSummary> workflows(int most) {
        return store.admin().list(WorkflowFilter.newest(most)).items().reversed();
    }

    /** Whether the outcome of an attempt of this step is in the log. */
    boolean isRecorded(String id, Intent step, int attempt) {
        return store.log(locate(id), 0, Integer.MAX_VALUE, Long.MAX_VALUE).stream()
                .anyMatch(record -> record.outcome() != null
                        && record.outcome().position().equals(step.position())
                        && record.outcome().attempt() == attempt);
    }
}

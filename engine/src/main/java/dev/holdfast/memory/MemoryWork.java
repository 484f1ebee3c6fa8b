package dev.holdfast.memory;

import dev.holdfast.spi.DueWorkflow;
import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.InboxPage;
import dev.holdfast.spi.VersionWake;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds work for the node of one store, none if it is not the owner. Used inside transactions only. */
final class MemoryWork {
    private static final Comparator<WorkflowKey> KEY_ORDER =
            Comparator.comparingInt(WorkflowKey::bucket).thenComparing(WorkflowKey::uid);

    private static final long PAGE_BYTES = 4 << 20;

    private final MemoryDatabase database;
    private final MemoryOwnership ownership;

    MemoryWork(MemoryDatabase database, MemoryOwnership ownership) {
        this.database = database;
        this.ownership = ownership;
    }

    private boolean isOwner() {
        return ownership.member().filter(database::isOwner).isPresent();
    }

    private Stream<MemoryWorkflow> owned() {
        return isOwner() ? database.all().stream() : Stream.empty();
    }

    List<WorkflowKey> interrupted(Collection<Integer> buckets, @Nullable WorkflowKey after, int limit) {
        return owned().filter(workflow ->
                        ownership.member().filter(workflow::wasCutOff).isPresent())
                .map(MemoryWorkflow::key)
                .sorted(KEY_ORDER)
                .filter(key -> buckets.contains(key.bucket()))
                .filter(key -> after == null || KEY_ORDER.compare(key, after) > 0)
                .limit(limit)
                .toList();
    }

    List<DueWorkflow> due(Duration ahead, int limit) {
        Instant now = database.now();
        return owned().filter(workflow -> workflow.isDue(now.plus(ahead)))
                .sorted(Comparator.comparing(MemoryWorkflow::due).thenComparing(MemoryWorkflow::key, KEY_ORDER))
                .limit(limit)
                .map(workflow -> new DueWorkflow(workflow.key(), Duration.between(now, workflow.due())))
                .toList();
    }

    void postpone(WorkflowKey key, Duration by) {
        Instant now = database.now();
        owned().filter(workflow -> workflow.key().equals(key) && workflow.isDue(now))
                .forEach(workflow -> workflow.postpone(now.plus(by)));
    }

    VersionWake wakeVersions(Collection<Integer> buckets, Collection<Wait.Version> versions, int limit) {
        List<MemoryWorkflow> waiting = owned().filter(
                        workflow -> buckets.contains(workflow.key().bucket()))
                .filter(workflow -> workflow.waitsFor(versions))
                .toList();
        waiting.stream().limit(limit).forEach(workflow -> workflow.wake(database.now()));
        return new VersionWake(Math.min(limit, waiting.size()), waiting.size() <= limit);
    }

    InboxPage inbox(InboxCursor after, int limit) {
        List<MemoryInbox.Arrival> arrived = database.inbox()
                .pending()
                .filter(arrival -> arrival.isAfter(after))
                .toList();
        List<MemoryInbox.Arrival> read = page(arrived, limit);
        List<InboxMessage> messages = read.stream()
                .map(MemoryInbox.Arrival::message)
                .filter(this::isDecidable)
                .toList();
        return new InboxPage(messages, read.isEmpty() ? after : read.getLast().place(), read.size() == arrived.size());
    }

    List<InboxMessage> inbox(Collection<WorkflowKey> keys, int limit) {
        List<MemoryInbox.Arrival> decidable = database.inbox()
                .pending()
                .filter(arrival -> keys.contains(arrival.message().key()))
                .filter(arrival -> isDecidable(arrival.message()))
                .toList();
        return page(decidable, limit).stream().map(MemoryInbox.Arrival::message).toList();
    }

    /** The first ones, up to this number and a size of their payloads, but at least one. */
    private static List<MemoryInbox.Arrival> page(List<MemoryInbox.Arrival> of, int limit) {
        long bytes = 0;
        int number = 0;
        for (MemoryInbox.Arrival arrival : of) {
            bytes += arrival.bytes();
            if (number == limit || bytes > PAGE_BYTES && number > 0) {
                break;
            }
            number++;
        }
        return of.subList(0, number);
    }

    private boolean isDecidable(InboxMessage message) {
        return isOwner() && !database.activity().mustWait(message);
    }
}

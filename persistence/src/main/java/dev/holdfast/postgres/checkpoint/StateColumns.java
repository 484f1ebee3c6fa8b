package dev.holdfast.postgres.checkpoint;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The changes of a batch in holdfast.open_workflow. Filled once, then set; one thread. */
final class StateColumns {
    /** No name has a control character. */
    private static final String BETWEEN_WAITS = "\u001f";

    private final List<UUID> waking = new ArrayList<>();
    private final List<String> wakingWaits = new ArrayList<>();
    private final List<UUID> loading = new ArrayList<>();
    private final List<Integer> loads = new ArrayList<>();
    private final List<Integer> loadedSeq = new ArrayList<>();
    private final List<UUID> unloading = new ArrayList<>();
    private final List<String> unloadedUntil = new ArrayList<>();
    private final List<@Nullable Long> unloadedMillis = new ArrayList<>();
    private final List<@Nullable String> unloadedWaits = new ArrayList<>();
    private final List<Integer> unloadedUntaken = new ArrayList<>();
    private final List<UUID> done = new ArrayList<>();
    private final List<UUID> compensating = new ArrayList<>();
    private final List<UUID> parked = new ArrayList<>();
    private final List<UUID> paused = new ArrayList<>();
    private final List<UUID> continued = new ArrayList<>();

    StateColumns(Batch batch) {
        for (MailboxBatch part : batch.parts()) {
            WorkflowKey key = part.mailbox().key();
            if (part.move() != null) {
                add(key.uid(), part.move());
            }
            for (NewRecord record : part.records()) {
                HistoryEvent event = record.event();
                WorkflowStatus after = event == null ? null : event.statusAfter();
                if (after != null) {
                    add(key.uid(), after);
                }
                if (event instanceof HistoryEvent.SignalReceived signal) {
                    waking.add(key.uid());
                    wakingWaits.add(Wait.forSignal(signal.name()).text());
                }
            }
        }
    }

    private void add(UUID uid, WorkflowWrite.Move move) {
        switch (move) {
            case WorkflowWrite.Loading in -> {
                loading.add(uid);
                loads.add(in.loads());
                loadedSeq.add(in.seq());
            }
            case WorkflowWrite.Unloading out -> {
                unloading.add(uid);
                unloadedUntil.add(out.until().name());
                unloadedMillis.add(out.dueIn() == null ? null : out.dueIn().toMillis());
                unloadedWaits.add(text(out.waitsFor()));
                unloadedUntaken.add(out.untaken());
            }
        }
    }

    /** All waits in one text, because an array of arrays has no rows of different lengths; null without any. */
    private static @Nullable String text(List<Wait> waits) {
        return waits.isEmpty() ? null : waits.stream().map(Wait::text).collect(Collectors.joining(BETWEEN_WAITS));
    }

    private void add(UUID uid, WorkflowStatus after) {
        switch (after) {
            case COMPENSATING -> compensating.add(uid);
            case DEAD_LETTERED -> parked.add(uid);
            case PAUSED -> paused.add(uid);
            case QUEUED -> continued.add(uid);
            case COMPLETED, FAILED, CANCELLED -> done.add(uid);
            case RUNNING, WAITING -> throw new IllegalArgumentException("no event leads to " + after);
        }
    }

    void set(FlushParameter.Values values) {
        values.set(FlushParameter.LOAD_UID, uuids(loading))
                .set(FlushParameter.LOAD_TIMES, ints(loads))
                .set(FlushParameter.LOAD_SEQ, ints(loadedSeq))
                .set(FlushParameter.UNLOAD_UID, uuids(unloading))
                .set(FlushParameter.DONE, uuids(done))
                .set(FlushParameter.COMPENSATING, uuids(compensating))
                .set(FlushParameter.PARKED, uuids(parked))
                .set(FlushParameter.PAUSED, uuids(paused))
                .set(FlushParameter.CONTINUED, uuids(continued));
        if (!waking.isEmpty()) {
            values.set(FlushParameter.WAKE_UID, uuids(waking))
                    .set(FlushParameter.WAKE_WAIT, wakingWaits.toArray(String[]::new));
        }
        if (!unloading.isEmpty()) {
            values.set(FlushParameter.UNLOAD_STATUS, unloadedUntil.toArray(String[]::new))
                    .set(FlushParameter.UNLOAD_MILLIS, unloadedMillis.toArray(Long[]::new))
                    .set(FlushParameter.UNLOAD_WAITS, unloadedWaits.toArray(String[]::new))
                    .set(FlushParameter.UNLOAD_UNTAKEN, ints(unloadedUntaken));
        }
    }

    private static UUID @Nullable [] uuids(List<UUID> list) {
        return list.isEmpty() ? null : list.toArray(UUID[]::new);
    }

    private static int @Nullable [] ints(List<Integer> list) {
        return list.isEmpty() ? null : list.stream().mapToInt(Integer::intValue).toArray();
    }
}

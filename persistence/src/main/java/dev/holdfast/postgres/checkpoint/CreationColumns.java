package dev.holdfast.postgres.checkpoint;

import dev.holdfast.Submitter;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParentCall;
import dev.holdfast.spi.TraceContext;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite.Creation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * New workflows, column by column, as the calls for batches and for keyed submissions take them. A column that no
 * workflow uses is null. Immutable.
 */
record CreationColumns(
        String[] definitions,
        int[] versions,
        @Nullable String[] labels,
        byte[][] inputs,
        boolean[] starts,
        @Nullable String @Nullable [] traceparents,
        @Nullable String @Nullable [] tracestates,
        @Nullable String @Nullable [] actors,
        @Nullable String @Nullable [] roles,
        @Nullable String @Nullable [] requestIds,
        @Nullable String @Nullable [] deadlines) {
    static CreationColumns of(List<Creation> creations) {
        int size = creations.size();
        String[] definitions = new String[size];
        int[] versions = new int[size];
        @Nullable String[] labels = new @Nullable String[size];
        byte[][] inputs = new byte[size][];
        boolean[] starts = new boolean[size];
        for (int i = 0; i < size; i++) {
            Creation creation = creations.get(i);
            definitions[i] = creation.definition();
            versions[i] = creation.version();
            labels[i] = DatabaseJson.labels(creation.labels());
            inputs[i] = creation.input();
            starts[i] = creation.starts();
        }
        return new CreationColumns(
                definitions,
                versions,
                labels,
                inputs,
                starts,
                column(creations, Creation::trace, TraceContext::traceparent),
                column(creations, Creation::trace, TraceContext::tracestate),
                column(creations, Creation::submitter, Submitter::actor),
                column(creations, Creation::submitter, one -> one.role().orElse(null)),
                column(creations, Creation::submitter, one -> one.requestId().orElse(null)),
                column(creations, Creation::deadline, Instant::toString));
    }

    private static <T> @Nullable String @Nullable [] column(
            List<Creation> creations, Function<Creation, @Nullable T> part, Function<T, @Nullable String> value) {
        @Nullable String @Nullable [] column = null; // made for the first workflow that has the part
        for (int i = 0; i < creations.size(); i++) {
            T present = part.apply(creations.get(i));
            if (present != null) {
                column = column == null ? new @Nullable String[creations.size()] : column;
                column[i] = value.apply(present);
            }
        }
        return column;
    }

    /** A new workflow of a batch, and its place. */
    private record New(WorkflowKey key, Creation creation) {}

    /** Sets the columns of the new workflows of a batch; none if it has no new workflow. */
    static void set(FlushParameter.Values values, Batch batch) {
        List<New> all = new ArrayList<>();
        for (MailboxBatch part : batch.parts()) {
            if (part.creation() != null) {
                all.add(new New(part.mailbox().key(), part.creation()));
            }
            for (NewRecord record : part.records()) {
                if (record.event() instanceof HistoryEvent.ChildStarted child) {
                    all.add(new New(child.child(), child.requireCreation()));
                }
            }
        }
        if (all.isEmpty()) {
            return;
        }
        int size = all.size();
        int[] buckets = new int[size];
        int[] eras = new int[size];
        UUID[] uids = new UUID[size];
        for (int i = 0; i < size; i++) {
            WorkflowKey key = all.get(i).key();
            buckets[i] = key.bucket();
            eras[i] = key.era();
            uids[i] = key.uid();
        }
        List<Creation> creations = all.stream().map(New::creation).toList();
        CreationColumns columns = of(creations);
        values.set(FlushParameter.NEW_BUCKET, buckets)
                .set(FlushParameter.NEW_ERA, eras)
                .set(FlushParameter.NEW_UID, uids)
                .set(FlushParameter.NEW_DEFINITION, columns.definitions)
                .set(FlushParameter.NEW_VERSION, columns.versions)
                .set(FlushParameter.NEW_LABELS, columns.labels)
                .set(FlushParameter.NEW_INPUT, columns.inputs)
                .set(FlushParameter.NEW_STARTS, columns.starts)
                .set(FlushParameter.NEW_TRACEPARENT, columns.traceparents)
                .set(FlushParameter.NEW_TRACESTATE, columns.tracestates)
                .set(FlushParameter.NEW_ACTOR, columns.actors)
                .set(FlushParameter.NEW_ROLE, columns.roles)
                .set(FlushParameter.NEW_REQUEST_ID, columns.requestIds)
                .set(FlushParameter.NEW_DEADLINE, columns.deadlines)
                .set(FlushParameter.NEW_PARENT, column(creations, Creation::parent, CreationColumns::json));
    }

    private static String json(ParentCall parent) {
        return DatabaseJson.write(Map.of(
                "bucket", parent.key().bucket(),
                "era", parent.key().era(),
                "uid", parent.key().uid().toString(),
                "branch", parent.position().branch(),
                "position", parent.position().index(),
                "waits", parent.waits()));
    }
}

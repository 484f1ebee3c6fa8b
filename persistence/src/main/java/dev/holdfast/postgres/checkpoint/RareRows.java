package dev.holdfast.postgres.checkpoint;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.postgres.log.EventCodec;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rare parts of a batch as one JSON document: ends other than COMPLETED, dead letters, replies, removals,
 * rehomings, messages that leave the inbox. Most batches have no such parts, and send no document. One thread.
 */
final class RareRows {
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private final List<Map<String, @Nullable Object>> ended = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> deadLetters = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> replies = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> rehomed = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> removed = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> received = new ArrayList<>();

    RareRows(Batch batch) {
        for (MailboxBatch part : batch.parts()) {
            WorkflowKey key = part.mailbox().key();
            part.replies().forEach(reply -> add(key, reply));
            part.rehomings().forEach(rehoming -> add(key, rehoming));
            part.removals().forEach(removal -> addReceived(key, removal.message()));
            part.records().forEach(record -> add(key, record));
        }
    }

    private void add(WorkflowKey key, NewRecord record) {
        if (record.event() instanceof HistoryEvent.Parked parked) {
            deadLetters.add(deadLetter(key, record.seq(), parked.reason()));
        } else if (record.event() instanceof HistoryEvent.Ended end && end.status() != WorkflowStatus.COMPLETED) {
            ended.add(row(key, "status", end.status().name()));
        } else if (record.event() instanceof HistoryEvent.SignalReceived signal) {
            addReceived(key, signal.id());
        }
    }

    private void addReceived(WorkflowKey key, UUID message) {
        received.add(row(key, "id", message.toString()));
    }

    private void add(WorkflowKey key, WorkflowWrite.Reply reply) {
        addReply(reply);
        switch (reply) {
            case WorkflowWrite.Answered answered -> {}
            case WorkflowWrite.Erased erased ->
                removed.add(row(key, "target", erased.action().target()));
            case WorkflowWrite.Scrubbed scrubbed -> {
                Map<String, @Nullable Object> row = row(key, "value", BASE64.encodeToString(scrubbed.value()));
                row.put("failure", BASE64.encodeToString(scrubbed.failure()));
                removed.add(row);
            }
        }
    }

    private void addReply(WorkflowWrite.Reply reply) {
        Map<String, @Nullable Object> row =
                row(reply.action().key(), "id", reply.action().id().toString());
        row.put("action", reply.action().kind().name());
        row.put("target", reply.action().target());
        row.put("actor", reply.action().actor());
        row.put("reason", reply.action().reason());
        row.put("outcome", reply.result().applied() ? "APPLIED" : "REFUSED");
        row.put("status", reply.result().status().name());
        replies.add(row);
    }

    private void add(WorkflowKey key, WorkflowWrite.Rehoming rehoming) {
        Map<String, @Nullable Object> row = row(key, "to", rehoming.era());
        row.put("after", rehoming.after());
        row.put("through", rehoming.through());
        rehomed.add(row);
    }

    private static Map<String, @Nullable Object> deadLetter(WorkflowKey key, int seq, ParkingReason reason) {
        Map<String, @Nullable Object> row = row(key, "seq", seq);
        row.put("position", EventCodec.index(reason.position()));
        row.put("step_number", reason.stepNumber());
        row.put("attempts", reason.attempts());
        row.put(
                "key",
                reason.idempotencyKey() == null ? null : reason.idempotencyKey().toString());
        row.put("cause", reason.cause().name());
        row.put("branch", EventCodec.branch(reason.position()));
        row.put("step", reason.step());
        row.put("error_class", reason.failure().type());
        row.put("error_message", reason.failure().message());
        row.put("stack", reason.stack());
        return row;
    }

    private static Map<String, @Nullable Object> row(WorkflowKey key, String name, Object value) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("bucket", key.bucket());
        row.put("era", key.era());
        row.put("uid", key.uid().toString());
        row.put(name, value);
        return row;
    }

    void set(FlushParameter.Values values) {
        Map<String, List<?>> rare = Map.of(
                "ended",
                ended,
                "deadLetters",
                deadLetters,
                "replies",
                replies,
                "rehomed",
                rehomed,
                "removed",
                removed,
                "received",
                received);
        boolean none = rare.values().stream().allMatch(List::isEmpty);
        values.set(FlushParameter.RARE, none ? null : DatabaseJson.write(rare));
    }
}

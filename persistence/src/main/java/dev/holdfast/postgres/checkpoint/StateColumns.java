package dev.holdfast.postgres.checkpoint;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a batch changes beside the log: loadings, unloadings, ends, parkings, and the rows that these add. One thread.
 */
final class StateColumns {
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private final List<UUID> loading = new ArrayList<>();
    private final List<Integer> loads = new ArrayList<>();
    private final List<Integer> loadedSeq = new ArrayList<>();
    private final List<UUID> unloading = new ArrayList<>();
    private final List<String> unloadedUntil = new ArrayList<>();
    private final List<Long> unloadedMillis = new ArrayList<>();
    private final List<UUID> done = new ArrayList<>();
    private final List<UUID> compensating = new ArrayList<>();
    private final List<UUID> parked = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> ended = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> deadLetters = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> answers = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> rehomed = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> removed = new ArrayList<>();
    private final List<UUID> retried = new ArrayList<>();

    StateColumns(Batch batch) {
        for (MailboxBatch part : batch.parts()) {
            addMove(part.mailbox().key().uid(), part.move());
            part.unlogged().forEach(write -> add(part.mailbox().key(), write));
            for (Row row : part.rows()) {
                add(part.mailbox().key(), row);
            }
        }
    }

    private void addMove(UUID uid, @Nullable WorkflowWrite move) {
        if (move instanceof WorkflowWrite.Loading in) {
            loading.add(uid);
            loads.add(in.loads());
            loadedSeq.add(in.seq());
        } else if (move instanceof WorkflowWrite.Unloading out) {
            unloading.add(uid);
            unloadedUntil.add(out.until().name());
            unloadedMillis.add(out.dueIn().toMillis());
        }
    }

    private void add(WorkflowKey key, WorkflowWrite unlogged) {
        switch (unlogged) {
            case WorkflowWrite.Answered answered -> answer(answered.action(), answered.result());
            case WorkflowWrite.Rehomed to -> {
                Map<String, @Nullable Object> row = place(key, "to", to.era());
                row.put("after", to.after());
                row.put("through", to.through());
                rehomed.add(row);
            }
            case WorkflowWrite.Erased erased -> {
                answer(erased.by(), new ActionResult(true, erased.status()));
                removed.add(place(key, "target", erased.by().target()));
            }
            case WorkflowWrite.Scrubbed scrubbed -> {
                answer(scrubbed.by(), new ActionResult(true, scrubbed.status()));
                Map<String, @Nullable Object> row = place(key, "value", BASE64.encodeToString(scrubbed.value()));
                row.put("failure", BASE64.encodeToString(scrubbed.failure()));
                removed.add(row);
            }
            default -> throw new IllegalArgumentException("it leaves a record: " + unlogged);
        }
    }

    private void add(WorkflowKey key, Row row) {
        switch (row.event()) {
            case null -> {}
            case WorkflowWrite.Intent intent -> {
                if (intent.compensates() >= 0) {
                    compensating.add(key.uid());
                }
            }
            case WorkflowWrite.Parked letter -> {
                parked.add(key.uid());
                deadLetters.add(deadLetter(key, row.seq(), letter.deadLetter()));
            }
            case WorkflowWrite.Cancelled cancelled -> {
                compensating.add(key.uid());
                answer(cancelled.by(), new ActionResult(true, WorkflowStatus.COMPENSATING));
            }
            case WorkflowWrite.Retried retry -> {
                retried.add(key.uid());
                answer(retry.by(), new ActionResult(true, WorkflowStatus.QUEUED));
            }
            case WorkflowWrite.Ended end -> {
                done.add(key.uid());
                if (end.by() != null) {
                    answer(end.by(), new ActionResult(true, end.status()));
                }
                if (end.status() != WorkflowStatus.COMPLETED) {
                    ended.add(place(key, "status", end.status().name()));
                }
            }
        }
    }

    private void answer(OperatorAction action, ActionResult result) {
        Map<String, @Nullable Object> row =
                place(action.key(), "id", action.id().toString());
        row.put("action", action.kind().name());
        row.put("target", action.target());
        row.put("actor", action.actor());
        row.put("reason", action.reason());
        row.put("outcome", result.applied() ? "APPLIED" : "REFUSED");
        row.put("status", result.status().name());
        answers.add(row);
    }

    private static Map<String, @Nullable Object> deadLetter(WorkflowKey key, int seq, ParkingReason letter) {
        Map<String, @Nullable Object> row = place(key, "seq", seq);
        row.put("position", letter.position());
        row.put("attempts", letter.attempts());
        row.put(
                "key",
                letter.idempotencyKey() == null ? null : letter.idempotencyKey().toString());
        row.put("cause", letter.cause().name());
        row.put("step", letter.step());
        row.put("error_class", letter.failure().type());
        row.put("error_message", letter.failure().message());
        row.put("stack", letter.stack());
        return row;
    }

    private static Map<String, @Nullable Object> place(WorkflowKey key, String name, Object value) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("bucket", key.bucket());
        row.put("era", key.era());
        row.put("uid", key.uid().toString());
        row.put(name, value);
        return row;
    }

    void bind(Binder binder) throws SQLException {
        binder.add(uuids(loading)).add("int4", ints(loads)).add("int4", ints(loadedSeq));
        binder.add(uuids(unloading));
        binder.add("text", unloading.isEmpty() ? null : unloadedUntil.toArray(String[]::new));
        binder.add("int8", unloading.isEmpty() ? null : unloadedMillis.toArray(Long[]::new));
        binder.add(uuids(done)).add(uuids(compensating)).add(uuids(parked)).add(uuids(retried));
        Map<String, List<?>> rare = Map.of(
                "ended", ended, "deadLetters", deadLetters, "answers", answers, "rehomed", rehomed, "removed", removed);
        boolean none = rare.values().stream().allMatch(List::isEmpty);
        binder.addText(none ? null : DatabaseJson.write(rare));
    }

    private static UUID @Nullable [] uuids(List<UUID> list) {
        return list.isEmpty() ? null : list.toArray(UUID[]::new);
    }

    private static int @Nullable [] ints(List<Integer> list) {
        return list.isEmpty() ? null : list.stream().mapToInt(Integer::intValue).toArray();
    }
}

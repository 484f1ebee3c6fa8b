package dev.holdfast.postgres;

import dev.holdfast.WorkflowStatus;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import dev.holdfast.spi.DeadLetter;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.WorkflowKey;
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
        for (Taken part : batch.parts()) {
            addMove(part.mailbox().key().uid(), part.move());
            part.unlogged().forEach(entry -> add(part.mailbox().key(), entry));
            for (Row row : part.rows()) {
                add(part.mailbox().key(), row);
            }
        }
    }

    private void addMove(UUID uid, @Nullable Entry move) {
        if (move instanceof Entry.Loading in) {
            loading.add(uid);
            loads.add(in.loads());
            loadedSeq.add(in.seq());
        } else if (move instanceof Entry.Unloading out) {
            unloading.add(uid);
            unloadedUntil.add(out.until().name());
            unloadedMillis.add(out.dueIn().toMillis());
        }
    }

    private void add(WorkflowKey key, Entry unlogged) {
        switch (unlogged) {
            case Entry.Answered answered -> answer(answered.ask(), answered.answer());
            case Entry.Rehomed to -> {
                Map<String, @Nullable Object> row = place(key, "to", to.era());
                row.put("after", to.after());
                row.put("through", to.through());
                rehomed.add(row);
            }
            case Entry.Erased erased -> {
                answer(erased.by(), new Answer(true, erased.status()));
                removed.add(place(key, "target", erased.by().target()));
            }
            case Entry.Scrubbed scrubbed -> {
                answer(scrubbed.by(), new Answer(true, scrubbed.status()));
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
            case Entry.Intent intent -> {
                if (intent.undoes() >= 0) {
                    compensating.add(key.uid());
                }
            }
            case Entry.Parked letter -> {
                parked.add(key.uid());
                deadLetters.add(deadLetter(key, row.seq(), letter.deadLetter()));
            }
            case Entry.Cancelled cancelled -> {
                compensating.add(key.uid());
                answer(cancelled.by(), new Answer(true, WorkflowStatus.COMPENSATING));
            }
            case Entry.Retried retry -> {
                retried.add(key.uid());
                answer(retry.by(), new Answer(true, WorkflowStatus.QUEUED));
            }
            case Entry.Ended end -> {
                done.add(key.uid());
                if (end.by() != null) {
                    answer(end.by(), new Answer(true, end.status()));
                }
                if (end.status() != WorkflowStatus.COMPLETED) {
                    ended.add(place(key, "status", end.status().name()));
                }
            }
        }
    }

    private void answer(Ask ask, Answer answer) {
        Map<String, @Nullable Object> row = place(ask.key(), "id", ask.id().toString());
        row.put("action", ask.act().name());
        row.put("target", ask.target());
        row.put("actor", ask.actor());
        row.put("reason", ask.reason());
        row.put("outcome", answer.applied() ? "APPLIED" : "REFUSED");
        row.put("status", answer.status().name());
        answers.add(row);
    }

    private static Map<String, @Nullable Object> deadLetter(WorkflowKey key, int seq, DeadLetter letter) {
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
        binder.addText(none ? null : Json.write(rare));
    }

    private static UUID @Nullable [] uuids(List<UUID> list) {
        return list.isEmpty() ? null : list.toArray(UUID[]::new);
    }

    private static int @Nullable [] ints(List<Integer> list) {
        return list.isEmpty() ? null : list.stream().mapToInt(Integer::intValue).toArray();
    }
}

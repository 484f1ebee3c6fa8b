package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.postgres.log.EventCode;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The records of a batch, column by column, as the call takes them. Filled once, bound once; one thread. */
final class RecordColumns {
    private static final int NO_POSITION = -1;

    private final int[] bucket;
    private final int[] era;
    private final UUID[] uid;
    private final int[] seq;
    private final long[] recordId;
    private final int[] outcomePosition;
    private final int[] outcomeAttempt;
    private final short[] outcomeState;
    private final byte[] @Nullable [] outcome;
    private final short[] event;
    private final int[] eventPosition;
    private final int[] eventAttempt;
    private final @Nullable String[] name;
    private final @Nullable UUID[] key;
    private final byte[] @Nullable [] detail;
    private @Nullable Long @Nullable [] retryMillis;
    private @Nullable Integer @Nullable [] compensates;
    private @Nullable String @Nullable [] outcomeBranch;
    private @Nullable String @Nullable [] eventBranch;
    private int next;

    RecordColumns(Batch batch) {
        int size = batch.rows();
        bucket = new int[size];
        era = new int[size];
        uid = new UUID[size];
        seq = new int[size];
        recordId = new long[size];
        outcomePosition = new int[size];
        outcomeAttempt = new int[size];
        outcomeState = new short[size];
        outcome = new byte[size][];
        event = new short[size];
        eventPosition = new int[size];
        eventAttempt = new int[size];
        name = new @Nullable String[size];
        key = new @Nullable UUID[size];
        detail = new byte[size][];
        for (MailboxBatch part : batch.parts()) {
            for (Row row : part.rows()) {
                add(part.mailbox().key(), row);
            }
        }
    }

    private void add(WorkflowKey workflow, Row row) {
        int i = next++;
        bucket[i] = workflow.bucket();
        era[i] = workflow.era();
        uid[i] = workflow.uid();
        seq[i] = row.seq();
        recordId[i] = row.recordId();
        outcomePosition[i] = NO_POSITION;
        eventPosition[i] = NO_POSITION;
        event[i] = EventCode.of(row.event());
        if (row.outcome() != null) {
            addOutcome(i, row.outcome());
        }
        switch (row.event()) {
            case WorkflowWrite.Intent intent -> addIntent(i, intent);
            case WorkflowWrite.Ended ended -> {
                detail[i] = ended.value();
                addAsk(i, ended.by());
            }
            case WorkflowWrite.Cancelled cancelled -> {
                eventPosition[i] = cancelled.position();
                addAsk(i, cancelled.by());
            }
            case WorkflowWrite.Retried retried -> addAsk(i, retried.by());
            case WorkflowWrite.Parked parked -> {}
            case null -> {}
        }
    }

    /** By what was asked a decision is known again. */
    private void addAsk(int i, @Nullable OperatorAction by) {
        if (by != null) {
            key[i] = by.id();
            name[i] = by.kind().name();
        }
    }

    private void addOutcome(int i, WorkflowWrite.Outcome ended) {
        outcomePosition[i] = ended.position();
        outcomeAttempt[i] = ended.attempt();
        outcomeState[i] = (short) ended.state().code();
        outcome[i] = ended.value();
        if (ended.branch() != null) {
            outcomeBranch = outcomeBranch == null ? new @Nullable String[bucket.length] : outcomeBranch;
            outcomeBranch[i] = ended.branch();
        }
        Duration retryIn = ended.retryIn();
        if (retryIn != null) {
            retryMillis = retryMillis == null ? new @Nullable Long[bucket.length] : retryMillis;
            retryMillis[i] = retryIn.toMillis();
        }
    }

    private void addIntent(int i, WorkflowWrite.Intent intent) {
        eventPosition[i] = intent.position();
        eventAttempt[i] = intent.attempt();
        name[i] = intent.name();
        if (intent.branch() != null) {
            eventBranch = eventBranch == null ? new @Nullable String[bucket.length] : eventBranch;
            eventBranch[i] = intent.branch();
        }
        key[i] = intent.idempotencyKey();
        if (intent.compensates() >= 0) {
            compensates = compensates == null ? new @Nullable Integer[bucket.length] : compensates;
            compensates[i] = intent.compensates();
        }
    }

    void bind(Binder binder) throws SQLException {
        binder.add("int4", bucket).add("int4", era).add(uid).add("int4", seq).add("int8", recordId);
        binder.add("int4", outcomePosition).add("int4", outcomeAttempt).add("int2", outcomeState);
        binder.add("bytea", outcome).add("int8", retryMillis).add("text", outcomeBranch);
        binder.add("int2", event)
                .add("int4", eventPosition)
                .add("int4", eventAttempt)
                .add("text", eventBranch)
                .add("text", name)
                .add(key);
        binder.add("int4", compensates).add("bytea", detail);
    }
}

package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.log.EventCodec;
import dev.holdfast.postgres.log.EventColumns;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The log records of a batch, column by column. Filled once, then set; one thread. */
final class RecordColumns {
    private final int[] bucket;
    private final int[] era;
    private final UUID[] uid;
    private final int[] seq;
    private final long[] recordId;
    private final int[] outcomePosition;
    private final int[] outcomeAttempt;
    private final short[] outcomeState;
    private final byte[] @Nullable [] outcome;
    private final EventColumns events;
    private @Nullable Long @Nullable [] retryMillis;
    private @Nullable String @Nullable [] outcomeBranch;
    private int next;

    RecordColumns(Batch batch) {
        int size = batch.records();
        bucket = new int[size];
        era = new int[size];
        uid = new UUID[size];
        seq = new int[size];
        recordId = new long[size];
        outcomePosition = new int[size];
        outcomeAttempt = new int[size];
        outcomeState = new short[size];
        outcome = new byte[size][];
        events = new EventColumns(size);
        for (MailboxBatch part : batch.parts()) {
            for (NewRecord record : part.records()) {
                add(part.mailbox().key(), record);
            }
        }
    }

    private void add(WorkflowKey workflow, NewRecord record) {
        int i = next++;
        bucket[i] = workflow.bucket();
        era[i] = workflow.era();
        uid[i] = workflow.uid();
        seq[i] = record.seq();
        recordId[i] = record.recordId();
        outcomePosition[i] = EventCodec.NO_POSITION;
        if (record.outcome() != null) {
            addOutcome(i, record.outcome());
        }
        EventCodec.write(record.event(), events, i);
    }

    private void addOutcome(int i, WorkflowWrite.Outcome ended) {
        outcomePosition[i] = ended.position().index();
        outcomeAttempt[i] = ended.attempt();
        outcomeState[i] = (short) ended.state().code();
        outcome[i] = ended.value();
        String branch = EventCodec.branch(ended.position());
        if (branch != null) {
            outcomeBranch = outcomeBranch == null ? new @Nullable String[bucket.length] : outcomeBranch;
            outcomeBranch[i] = branch;
        }
        Duration retryIn = ended.retryIn();
        if (retryIn != null) {
            retryMillis = retryMillis == null ? new @Nullable Long[bucket.length] : retryMillis;
            retryMillis[i] = retryIn.toMillis();
        }
    }

    void set(FlushParameter.Values values) {
        values.set(FlushParameter.BUCKET, bucket)
                .set(FlushParameter.ERA, era)
                .set(FlushParameter.UID, uid)
                .set(FlushParameter.SEQ, seq)
                .set(FlushParameter.RECORD_ID, recordId)
                .set(FlushParameter.OUTCOME_POSITION, outcomePosition)
                .set(FlushParameter.OUTCOME_ATTEMPT, outcomeAttempt)
                .set(FlushParameter.OUTCOME_STATE, outcomeState)
                .set(FlushParameter.OUTCOME, outcome)
                .set(FlushParameter.RETRY_MILLIS, retryMillis)
                .set(FlushParameter.OUTCOME_BRANCH, outcomeBranch)
                .set(FlushParameter.EVENT, events.codes())
                .set(FlushParameter.EVENT_POSITION, events.positions())
                .set(FlushParameter.EVENT_ATTEMPT, events.attempts())
                .set(FlushParameter.EVENT_BRANCH, events.branches())
                .set(FlushParameter.NAME, events.names())
                .set(FlushParameter.KEY, events.keys())
                .set(FlushParameter.COMPENSATES, events.compensates())
                .set(FlushParameter.DETAIL, events.details())
                .set(FlushParameter.SENT_MICROS, events.sentMicros());
    }
}

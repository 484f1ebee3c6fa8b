package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The call of {@code holdfast.admit}, which sends submissions in one message with one commit, and returns the outcome
 * of each, in order. Throws as {@link CommitConfirmation#require}.
 */
final class SubmissionCall {
    private static final String SQL =
            "select outcome, record_id, era, uid, digest, definition, input from holdfast.admit(" + "?, ".repeat(24)
                    + "?)";

    private SubmissionCall() {}

    /** The outcome of a submission. */
    enum Fate {
        ACCEPTED,
        THERE,
        /** The workflow of the key or id was erased, or may have been deleted by a rule or with its era. */
        ERASED,
        /** The era of the new place is closed: the submission waited here for too long. */
        CLOSED,
        HELD
    }

    /**
     * The outcome of a submission, and the earlier workflow with its key or id. Of a submission that is accepted, held
     * or late, the values have no meaning.
     *
     * @param recordId the record id of the earlier submission; 0 without one
     * @param era the era of the earlier workflow
     * @param digest the digest of its input, or null with the input itself
     */
    record Found(
            Fate fate,
            long recordId,
            int era,
            @Nullable UUID uid,
            byte @Nullable [] digest,
            @Nullable String definition,
            byte @Nullable [] input) {}

    /** Sends submissions. {@code recordIds} distinguish a repeated one of this batch from one of another caller. */
    static List<Found> send(
            Connection connection,
            FenceToken token,
            List<KeyedSubmission> submissions,
            List<WorkflowKey> places,
            long[] recordIds,
            boolean passHeld)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            Binder binder = new Binder(connection, statement);
            token.bind(binder);
            binder.add(passHeld);
            bindPlaces(binder, submissions, places);
            bindCreations(binder, submissions);
            bindSignals(binder, submissions, places);
            bindStarts(binder, submissions);
            binder.add("int8", recordIds);
            List<Found> found = new ArrayList<>(submissions.size());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Found(
                            Fate.valueOf(rows.getString(1)),
                            rows.getLong(2),
                            rows.getInt(3),
                            rows.getObject(4, UUID.class),
                            rows.getBytes(5),
                            rows.getString(6),
                            rows.getBytes(7)));
                }
            }
            CommitConfirmation.require(statement.getWarnings());
            return found;
        }
    }

    private static void bindPlaces(Binder binder, List<KeyedSubmission> submissions, List<WorkflowKey> places)
            throws SQLException {
        binder.add("text", submissions.stream().map(KeyedSubmission::name).toArray(String[]::new));
        binder.add("text", submissions.stream().map(KeyedSubmission::scope).toArray(String[]::new));
        binder.add("int4", places.stream().mapToInt(WorkflowKey::bucket).toArray());
        binder.add("int4", places.stream().mapToInt(WorkflowKey::era).toArray());
        binder.add(places.stream().map(WorkflowKey::uid).toArray(UUID[]::new));
    }

    private static void bindCreations(Binder binder, List<KeyedSubmission> submissions) throws SQLException {
        CreationColumns columns = CreationColumns.of(
                submissions.stream().map(KeyedSubmission::creation).toList());
        binder.add("bytea", submissions.stream().map(KeyedSubmission::digest).toArray(byte[][]::new));
        binder.add("text", submissions.stream().map(SubmissionCall::ownId).toArray(String[]::new));
        binder.add("text", columns.definitions()).add("int4", columns.versions());
        binder.add("text", columns.labels()).add("bytea", columns.inputs()).add("bool", columns.starts());
        binder.add("text", columns.traceparents()).add("text", columns.tracestates());
        binder.add("text", columns.actors()).add("text", columns.roles()).add("text", columns.requestIds());
        binder.add("text", columns.deadlines());
    }

    /** As JSON, which is null for a submission without signals. */
    private static void bindSignals(Binder binder, List<KeyedSubmission> submissions, List<WorkflowKey> places)
            throws SQLException {
        @Nullable String[] signals = new @Nullable String[submissions.size()];
        for (int i = 0; i < signals.length; i++) {
            WorkflowKey place = places.get(i);
            List<Map<String, Object>> of = submissions.get(i).signals().stream()
                    .map(signal -> signal.to(place))
                    .map(message -> Map.<String, Object>of(
                            "id", message.id(), "name", message.name(), "payload", message.payload()))
                    .toList();
            signals[i] = of.isEmpty() ? null : DatabaseJson.write(of);
        }
        binder.add("text", signals);
    }

    private static void bindStarts(Binder binder, List<KeyedSubmission> submissions) throws SQLException {
        binder.add(
                "text",
                submissions.stream()
                        .map(submission -> submission.creation().startsAt())
                        .map(start -> start == null ? null : start.toString())
                        .toArray(String[]::new));
    }

    private static @Nullable String ownId(KeyedSubmission submission) {
        return submission.byId() ? submission.name() : null;
    }
}

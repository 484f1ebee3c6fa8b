package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The call of {@code holdfast.admit}: submissions in, what became of each out, in order; one message, one commit. */
final class SubmissionCall {
    private static final String SQL =
            "select outcome, record_id, era, uid, digest, definition, input from holdfast.admit(" + "?, ".repeat(21)
                    + "?)";

    private SubmissionCall() {}

    /** What became of a submission. */
    enum Fate {
        ACCEPTED,
        THERE,
        /** Under a key whose workflow was erased, or an id of an era that has gone. */
        ERASED,
        HELD
    }

    /**
     * What stands under a key now.
     *
     * @param recordId of the submission that has it
     * @param era of the workflow that has it, with its uid; null when held
     * @param digest of its input, or null with the input itself
     */
    record Found(
            Fate fate,
            long recordId,
            int era,
            @Nullable UUID uid,
            byte @Nullable [] digest,
            @Nullable String definition,
            byte @Nullable [] input) {}

    /** {@code recordIds} tell a submission of this batch, sent before, from one of somebody else. */
    static List<Found> send(
            Connection connection,
            FenceToken token,
            List<KeyedSubmission> admissions,
            List<WorkflowKey> places,
            long[] recordIds,
            boolean passHeld)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            Binder binder = new Binder(connection, statement);
            token.bind(binder);
            binder.add(passHeld);
            bindPlaces(binder, admissions, places);
            bindAcceptances(binder, admissions);
            binder.add("int8", recordIds);
            List<Found> found = new ArrayList<>(admissions.size());
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
            return found;
        }
    }

    private static void bindPlaces(Binder binder, List<KeyedSubmission> admissions, List<WorkflowKey> places)
            throws SQLException {
        binder.add("text", admissions.stream().map(KeyedSubmission::name).toArray(String[]::new));
        binder.add("text", admissions.stream().map(KeyedSubmission::scope).toArray(String[]::new));
        binder.add("int4", places.stream().mapToInt(WorkflowKey::bucket).toArray());
        binder.add("int4", places.stream().mapToInt(WorkflowKey::era).toArray());
        binder.add(places.stream().map(WorkflowKey::uid).toArray(UUID[]::new));
    }

    private static void bindAcceptances(Binder binder, List<KeyedSubmission> admissions) throws SQLException {
        int size = admissions.size();
        byte[][] digests = new byte[size][];
        @Nullable String[] ids = new @Nullable String[size];
        String[] definitions = new String[size];
        int[] versions = new int[size];
        @Nullable String[] labels = new @Nullable String[size];
        byte[][] inputs = new byte[size][];
        boolean[] starts = new boolean[size];
        for (int i = 0; i < size; i++) {
            WorkflowWrite.Creation acceptance = admissions.get(i).acceptance();
            digests[i] = admissions.get(i).digest();
            ids[i] = admissions.get(i).byId() ? admissions.get(i).name() : null;
            definitions[i] = acceptance.definition();
            versions[i] = acceptance.version();
            labels[i] = DatabaseJson.labels(acceptance.labels());
            inputs[i] = acceptance.input();
            starts[i] = acceptance.starts();
        }
        binder.add("bytea", digests).add("text", ids).add("text", definitions).add("int4", versions);
        binder.add("text", labels).add("bytea", inputs).add("bool", starts);
        List<WorkflowWrite.Creation> acceptances =
                admissions.stream().map(KeyedSubmission::acceptance).toList();
        OriginColumns.bind(binder, acceptances);
    }
}

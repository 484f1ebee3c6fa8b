package dev.holdfast.postgres;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.engine.Engine;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.EncodedSubmission;
import dev.holdfast.spi.SubmissionEncoder;
import dev.holdfast.spi.SubmittedSignal;
import dev.holdfast.spi.WorkflowWrite.Creation;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Submits workflows and sends signals in the caller's own transaction: they exist if, and only if, it commits. Then a
 * node takes them within its poll interval, also if the caller has died.
 *
 * <pre>{@code
 * connection.setAutoCommit(false);
 * orders.insert(connection, order);
 * String id = Enqueue.in(holdfast, connection).submit(SHIP, order, Submission.key("order-" + order.id()));
 * connection.commit();
 * }</pre>
 *
 * <p>The connection leads to the database of the node, with any role that may execute {@code holdfast.submit} and
 * {@code holdfast.signal}, which this class calls; docs/submitting.md has the grants and the SQLSTATEs. It is the
 * caller's: this class neither commits nor closes it. Not thread-safe, as the connection is not.
 *
 * <p>What the engine can refuse by itself, such as an unknown definition or a payload that is too large, is refused
 * before the database is asked. After every other exception PostgreSQL has aborted the transaction: the caller rolls it
 * back, or back to a savepoint. A call waits up to 2 s for another transaction that has the same key.
 */
public final class Enqueue {
    private static final String SUBMIT = """
            select holdfast.submit(definition => ?, input => ?::text, key => ?, id => ?, labels => ?::jsonb,
                version => ?, deadline => ?, at => ?)""";
    private static final String SIGNAL =
            "select holdfast.signal(workflow => ?, name => ?, payload => ?::text, signal_id => ?)";

    private final SubmissionEncoder encoder;
    private final Connection connection;

    private Enqueue(SubmissionEncoder encoder, Connection connection) {
        this.encoder = encoder;
        this.connection = connection;
    }

    /**
     * For this connection. Throws {@link IllegalArgumentException} for a {@code holdfast} that {@link PostgresHoldfast}
     * did not start, and {@link IllegalStateException} for a connection in autocommit mode: it has no transaction to
     * take part in.
     */
    public static Enqueue in(Holdfast holdfast, Connection connection) {
        if (!(holdfast instanceof Engine engine)
                || engine.extension(Installation.class).isEmpty()) {
            throw new IllegalArgumentException("only a Holdfast of PostgresHoldfast.on(...) has a database in which a"
                    + " caller can have a transaction");
        }
        try {
            if (connection.getAutoCommit()) {
                throw new IllegalStateException("the connection is in autocommit mode, so it has no transaction to take"
                        + " part in: call setAutoCommit(false) before, or use Holdfast.submit");
            }
        } catch (SQLException e) {
            throw EnqueueFailure.of(e, "the connection", "");
        }
        return new Enqueue(engine.encoder(), connection);
    }

    /**
     * Submits a workflow, or joins the one under the same key or id; returns its id. Throws as {@link Holdfast#submit},
     * and {@link IllegalArgumentException} for a submission with a submitter, which is the role of the connection.
     * Inputs under a key are compared as JSON. The trace of the caller is not stored.
     */
    public <I> String submit(Definition<I, ?> definition, @Nullable I input, Submission submission) {
        if (submission.submitter().isPresent()) {
            throw new IllegalArgumentException(
                    "the submission names a submitter, but that of an enqueued workflow is the role of its connection");
        }
        EncodedSubmission encoded = encoder.encode(definition, input, submission);
        String id = submit(encoded.creation(), submission);
        for (SubmittedSignal signal : encoded.signals()) {
            send(id, signal.name(), signal.payload(), signal.key());
        }
        return id;
    }

    /** Submits without a key: every call makes a new workflow. Throws as the above. */
    public <I> String submit(Definition<I, ?> definition, @Nullable I input) {
        return submit(definition, input, Submission.plain());
    }

    /** Sends a signal, also to a workflow that this transaction has submitted. Throws as {@link Holdfast#signal}. */
    public <T> void signal(String workflowId, Signal<T> signal, T payload) {
        signal(workflowId, signal, payload, UUID.randomUUID().toString());
    }

    /** Sends a signal under a key: to one workflow once, however often it is sent. Throws as the above. */
    public <T> void signal(String workflowId, Signal<T> signal, T payload, String key) {
        send(workflowId, signal.name(), encoder.encode(signal, payload), key);
    }

    private String submit(Creation creation, Submission submission) {
        try (PreparedStatement statement = connection.prepareStatement(SUBMIT)) {
            statement.setString(1, creation.definition());
            statement.setString(2, text(creation.input()));
            statement.setString(3, submission.key().orElse(null));
            statement.setString(4, submission.id().orElse(null));
            statement.setString(5, DatabaseJson.labels(creation.labels()));
            statement.setInt(6, creation.version());
            setTime(statement, 7, creation.deadline());
            setTime(statement, 8, creation.startsAt());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        } catch (SQLException e) {
            throw failure(e, submission);
        }
    }

    private static HoldfastException failure(SQLException e, Submission submission) {
        String named = submission
                .id()
                .map(id -> "workflow id \"" + id + "\"")
                .or(() -> submission.key().map(key -> "idempotency key \"" + key + "\""))
                .orElse("the submission");
        return EnqueueFailure.of(e, named, submission.id().orElse(""));
    }

    private void send(String workflowId, String name, byte[] payload, String key) {
        try (PreparedStatement statement = connection.prepareStatement(SIGNAL)) {
            statement.setString(1, workflowId);
            statement.setString(2, name);
            statement.setString(3, text(payload));
            statement.setString(4, key);
            statement.execute();
        } catch (SQLException e) {
            throw EnqueueFailure.of(e, "the key of signal \"" + name + "\"", workflowId);
        }
    }

    private static void setTime(PreparedStatement statement, int index, @Nullable Instant time) throws SQLException {
        if (time == null) {
            statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            statement.setObject(index, time.atOffset(ZoneOffset.UTC));
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}

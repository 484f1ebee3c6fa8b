package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A writer connection and its call of {@code holdfast.flush}, which sends a batch in one message with one commit. It
 * relies on no session setting, because the function checks the settings that matter. One thread.
 */
public final class FlushCall implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement statement;
    private final FenceToken token;

    public FlushCall(Connection connection, FenceToken token) throws SQLException {
        this.connection = connection;
        this.token = token;
        this.statement = connection.prepareStatement(FlushParameter.CALL);
    }

    /**
     * The outcome of a batch that was committed, or refused as a whole.
     *
     * @param lost workflows that another owner has written: nothing of them was written
     * @param held workflows whose row another session has locked: their move, or all of their part, must be sent again
     * @param tidy whether all rows of holdfast.open_workflow follow the log; false if one was locked
     */
    public record Result(boolean refused, Set<UUID> lost, Set<UUID> held, boolean tidy) {}

    /**
     * Sends the batch. If {@code careful}, the function looks for existing rows first, instead of failing on them.
     * Throws as {@link CommitConfirmation#require}.
     */
    public Result send(Batch batch, boolean careful) throws SQLException {
        FlushParameter.Values values = new FlushParameter.Values()
                .set(FlushParameter.INCARNATION, token.incarnation().id())
                .set(FlushParameter.CONNECTION, token.connection())
                .set(FlushParameter.GENERATION, token.generation())
                .set(FlushParameter.NODE, token.incarnation().number())
                .set(FlushParameter.CAREFUL, careful);
        CreationColumns.set(values, batch);
        new RecordColumns(batch).set(values);
        new StateColumns(batch).set(values);
        new RareRows(batch).set(values);
        values.bind(new Binder(connection, statement));
        statement.clearWarnings();
        try (ResultSet result = statement.executeQuery()) {
            result.next();
            boolean refused = result.getBoolean(1);
            boolean tidy = result.getBoolean(4);
            CommitConfirmation.require(statement.getWarnings());
            return new Result(refused, uuids(result.getArray(2)), uuids(result.getArray(3)), tidy);
        }
    }

    private static Set<UUID> uuids(Array array) throws SQLException {
        UUID[] elements = (UUID[]) array.getArray();
        return elements.length == 0 ? Set.of() : Stream.of(elements).collect(Collectors.toUnmodifiableSet());
    }

    public Connection connection() {
        return connection;
    }

    /** Closes the connection. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

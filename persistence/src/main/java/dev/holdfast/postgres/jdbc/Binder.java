package dev.holdfast.postgres.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Binds the parameters of a call in order, arrays in binary form. Used by writers. One thread. */
public final class Binder {
    private final Connection connection;
    private final PGConnection arrays;
    private final PreparedStatement statement;
    private int next = 1;

    public Binder(Connection connection, PreparedStatement statement) throws SQLException {
        this.connection = connection;
        this.arrays = connection.unwrap(PGConnection.class);
        this.statement = statement;
    }

    public Binder add(int value) throws SQLException {
        statement.setInt(next++, value);
        return this;
    }

    public Binder add(long value) throws SQLException {
        statement.setLong(next++, value);
        return this;
    }

    public Binder add(byte[] value) throws SQLException {
        statement.setBytes(next++, value);
        return this;
    }

    public Binder add(boolean value) throws SQLException {
        statement.setBoolean(next++, value);
        return this;
    }

    public Binder add(UUID value) throws SQLException {
        statement.setObject(next++, value);
        return this;
    }

    public Binder addText(@Nullable String value) throws SQLException {
        statement.setString(next++, value);
        return this;
    }

    public Binder add(@Nullable UUID @Nullable [] values) throws SQLException {
        if (values == null) {
            return addNull("uuid");
        }
        statement.setArray(next++, UuidArray.of(connection, values));
        return this;
    }

    /** Binds an array of the PostgreSQL type {@code type}, from a Java array of the fitting type, or null. */
    public Binder add(String type, @Nullable Object values) throws SQLException {
        if (values == null) {
            return addNull(type);
        }
        statement.setArray(next++, arrays.createArrayOf(type, values));
        return this;
    }

    /** Binds a typed null, so that the prepared statement stays the same whichever arrays are null. */
    private Binder addNull(String type) throws SQLException {
        statement.setNull(next++, Types.ARRAY, "_" + type);
        return this;
    }
}

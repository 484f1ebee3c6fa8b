package dev.holdfast.postgres.jdbc;

import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgArray;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * A uuid[] in PostgreSQL's binary form, which the driver does not write by itself. The form is that of array_send: the
 * number of dimensions, whether there are nulls, the element type, the size and lower bound of the dimension, then each
 * element after its length.
 */
final class UuidArray {
    private static final int HEADER_BYTES = 5 * Integer.BYTES;
    private static final int UUID_BYTES = 2 * Long.BYTES;
    private static final int NULL = -1;

    private UuidArray() {}

    static Array of(Connection connection, @Nullable UUID[] elements) throws SQLException {
        BaseConnection driver = connection.unwrap(BaseConnection.class);
        if (driver.getPreferQueryMode() == PreferQueryMode.SIMPLE) {
            return connection.createArrayOf("uuid", elements); // parameters are part of the text
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + elements.length * (Integer.BYTES + UUID_BYTES));
        bytes.putInt(1).putInt(1).putInt(Oid.UUID).putInt(elements.length).putInt(1);
        for (UUID element : elements) {
            if (element == null) {
                bytes.putInt(NULL);
            } else {
                bytes.putInt(UUID_BYTES)
                        .putLong(element.getMostSignificantBits())
                        .putLong(element.getLeastSignificantBits());
            }
        }
        byte[] exact = Arrays.copyOf(bytes.array(), bytes.position());
        return new PgArray(driver, Oid.UUID_ARRAY, exact);
    }
}

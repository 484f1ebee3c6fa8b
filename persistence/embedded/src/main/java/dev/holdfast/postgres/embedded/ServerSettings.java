package dev.holdfast.postgres.embedded;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The required settings of the server. They are passed on the command line, so that neither configuration files nor
 * ALTER SYSTEM override them, and queried from the running server, because another process started an adopted one.
 * Stateless.
 */
final class ServerSettings {
    /** Queried at every start. */
    static final Map<String, String> CHECKED = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "listen_addresses", ServerConnections.HOST,
            "shared_buffers", "256MB",
            "max_wal_size", "4GB",
            "autovacuum_naptime", "5s",
            "max_connections", "100");

    /** Not queried: each session has its own value, or the value does not affect the data. */
    private static final Map<String, String> OTHERS = Map.of(
            "timezone", "UTC",
            "log_timezone", "UTC",
            // The log is searched for English messages.
            "lc_messages", "C",
            // A socket file in a shared directory could clash; TCP suffices.
            "unix_socket_directories", "");

    private static final String FOUND = """
            select name, current_setting(name) as found, source
            from pg_catalog.pg_settings
            where name = any(?)
            order by name""";

    private ServerSettings() {}

    /** A setting with a wrong value; {@code source} is PostgreSQL's term for where it was set. */
    record Difference(String name, String found, String expected, String source) {
        @Override
        public String toString() {
            return "%s is %s (source: %s), expected %s".formatted(name, found, source, expected);
        }
    }

    /** The options for pg_ctl, which passes them to a shell; values are plain words. */
    static String asOptions(int port) {
        return Stream.concat(CHECKED.entrySet().stream(), OTHERS.entrySet().stream())
                .map(setting -> "-c %s=%s".formatted(setting.getKey(), setting.getValue()))
                .sorted()
                .collect(Collectors.joining(" ", "-p " + port + " ", ""));
    }

    static List<Difference> differences(int port) {
        try (Connection connection = ServerConnections.open(port);
                PreparedStatement statement = connection.prepareStatement(FOUND)) {
            statement.setArray(
                    1, connection.createArrayOf("text", CHECKED.keySet().toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                return differences(rows);
            }
        } catch (SQLException e) {
            throw new EmbeddedServerException(
                    "The settings of PostgreSQL at port %d cannot be read: %s".formatted(port, e.getMessage()), e);
        }
    }

    private static List<Difference> differences(ResultSet rows) throws SQLException {
        Map<String, String> missing = new TreeMap<>(CHECKED);
        List<Difference> differences = new ArrayList<>();
        while (rows.next()) {
            String name = rows.getString("name");
            String expected = missing.remove(name);
            String found = rows.getString("found");
            if (expected != null && !expected.equals(found)) {
                differences.add(new Difference(name, found, expected, rows.getString("source")));
            }
        }
        missing.forEach((name, expected) -> differences.add(new Difference(name, "unknown", expected, "none")));
        return differences;
    }
}

package dev.holdfast.postgres.connect;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The location of a database, and the login. Made from a URL or from single settings; immutable.
 *
 * @param hosts at least one; of several, the primary is used
 * @param database empty for the database with the name of the user
 * @param user empty for the user of this process
 * @param password empty if the server requires none, or if the driver finds one in {@code ~/.pgpass}
 */
public record DatabaseAddress(
        List<DatabaseHost> hosts, Optional<String> database, Optional<String> user, Optional<String> password) {
    /** Keeps its own copy. Throws {@link IllegalArgumentException} without a host. */
    public DatabaseAddress {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("no host of the database is given");
        }
    }

    /** Parses a host with or without a port, or several with commas; {@code port} is for hosts without one. */
    public static DatabaseAddress of(
            String hosts,
            Optional<Integer> port,
            Optional<String> database,
            Optional<String> user,
            Optional<String> password) {
        List<DatabaseHost> all = DatabaseHost.list("database-host", hosts, port.orElse(DatabaseHost.PORT));
        return new DatabaseAddress(all, database, user, password);
    }

    boolean isLoopback() {
        return hosts.stream().allMatch(DatabaseHost::isLoopback);
    }

    /** The hosts as text for messages. */
    String hostsText() {
        return hosts.stream().map(DatabaseHost::toString).collect(Collectors.joining(", "));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseAddress[hosts=" + hostsText() + ", database=" + database.orElse("") + "]";
    }
}

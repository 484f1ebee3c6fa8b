package dev.holdfast.postgres.connect;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server of a database.
 *
 * @param name a name or an address, an IPv6 address without brackets
 * @param port 1 to 65,535
 */
public record DatabaseHost(String name, int port) {
    static final int PORT = 5432;

    private static final int PORT_MAX = 65_535;
    private static final Pattern ONE =
            Pattern.compile("(?:\\[(?<six>[0-9A-Fa-f:.]+)]|(?<name>[A-Za-z0-9._-]+))(?::(?<port>[0-9]{1,5}))?");
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}|localhost|::1");

    /** Throws {@link IllegalArgumentException} for a port out of range. */
    public DatabaseHost {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("the port of " + name + " is not from 1 to " + PORT_MAX);
        }
    }

    /**
     * Parses a list with commas; {@code port} is for hosts without one. The error does not show the text, which may be
     * part of a password that was not encoded.
     */
    static List<DatabaseHost> list(String key, String text, int port) {
        return Arrays.stream(text.split(",", -1))
                .map(one -> one(key, one, port))
                .toList();
    }

    private static DatabaseHost one(String key, String text, int port) {
        Matcher matcher = ONE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    key + " has no list of hosts: expected host, host:port or [IPv6]:port, several with commas");
        }
        String name = matcher.group("six") == null ? matcher.group("name") : matcher.group("six");
        String own = matcher.group("port");
        return new DatabaseHost(name, own == null ? port : Integer.parseInt(own));
    }

    /** Whether a connection to this host stays on this machine. */
    boolean isLoopback() {
        return LOOPBACK.matcher(name).matches();
    }

    /** Host and port as in a URL. */
    @Override
    public String toString() {
        return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
}

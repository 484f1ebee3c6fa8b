package dev.holdfast.server;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses of databases, as people write them. For all who take one; stateless. */
public final class DatabaseUrl {
    private static final String JDBC = "jdbc:postgresql:";

    private DatabaseUrl() {}

    /**
     * The JDBC form of {@code jdbc:postgresql://…}, which it returns as it is, and of
     * {@code postgresql://user:password@host:port/database?…}. Throws {@link IllegalArgumentException}.
     */
    public static String toJdbc(String url) {
        if (url.startsWith(JDBC)) {
            return requireNoUser(url);
        }
        int scheme = url.indexOf("://");
        if (scheme < 0 || !url.substring(0, scheme).matches("postgres(ql)?")) {
            throw new IllegalArgumentException("database-url is \"" + withoutPassword(url)
                    + "\": expected jdbc:postgresql://host/database or postgresql://user:password@host/database");
        }
        String rest = url.substring(scheme + 3);
        int at = rest.lastIndexOf('@', end(rest) - 1);
        String jdbc = JDBC + "//" + rest.substring(at + 1);
        return at < 0 ? requireNoUser(jdbc) : withUser(jdbc, rest.substring(0, at));
    }

    /** The driver would take what stands before an at sign for a host, and say so, with the password in it. */
    private static String requireNoUser(String jdbc) {
        int question = jdbc.indexOf('?');
        if ((question < 0 ? jdbc : jdbc.substring(0, question)).contains("@")) {
            throw new IllegalArgumentException("database-url has an @ where none can be: with jdbc: the user and the"
                    + " password stand behind the question mark, without it characters such as / in them are encoded");
        }
        return jdbc;
    }

    /** Whether it should not be shown as it is. */
    public static boolean hasPassword(String url) {
        return toJdbc(url).contains("password=");
    }

    /** Where the part with user and hosts ends. */
    private static int end(String rest) {
        int slash = rest.indexOf('/');
        int question = rest.indexOf('?');
        int end = slash < 0 ? rest.length() : slash;
        return question < 0 ? end : Math.min(end, question);
    }

    private static String withUser(String jdbc, String userInfo) {
        String[] parts = userInfo.split(":", 2);
        String with = jdbc + (jdbc.contains("?") ? "&" : "?") + "user=" + recoded(parts[0]);
        return parts.length == 1 ? with : with + "&password=" + recoded(parts[1]);
    }

    /** A plus sign is itself in the one, and a blank in the other. */
    private static String recoded(String text) {
        String plain = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        return URLEncoder.encode(plain, StandardCharsets.UTF_8);
    }

    /** To be shown, whatever it is: with an at sign, from the first colon in a name up to it. */
    static String withoutPassword(String url) {
        return url.replaceAll("(?<=[^/]):(?!//).*@", "@").replaceAll("(?<=[?&]password=)[^&]*", "***");
    }
}

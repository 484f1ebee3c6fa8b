package dev.holdfast.postgres.connect;

import java.util.Optional;

/**
 * A parsed database URL: {@code postgresql://user:password@host:port/database?…}, or
 * {@code jdbc:postgresql://host:port/database?user=…&password=…}. The driver never gets the URL, so no unknown
 * parameter reaches it. Errors are {@link IllegalArgumentException}s that show no part of the URL except names of
 * parameters, because any other part may be a password that was not encoded. Immutable.
 *
 * @param tls the parameter {@code sslmode}
 * @param channelBinding the parameter {@code channelBinding}
 */
public record DatabaseUrl(DatabaseAddress address, Optional<TlsMode> tls, Optional<String> channelBinding) {
    private static final String JDBC = "jdbc:";

    /** Parses a URL. */
    public static DatabaseUrl parse(String text) {
        boolean jdbc = text.startsWith(JDBC);
        String plain = jdbc ? text.substring(JDBC.length()) : text;
        int scheme = plain.indexOf("://");
        if (scheme < 0 || !plain.substring(0, scheme).matches(jdbc ? "postgresql" : "postgres(ql)?")) {
            throw new IllegalArgumentException("database-url has an unknown form: expected"
                    + " jdbc:postgresql://host/database?user=... or postgresql://user:password@host/database");
        }
        return of(plain.substring(scheme + 3), jdbc);
    }

    private static DatabaseUrl of(String rest, boolean jdbc) {
        int question = rest.indexOf('?');
        String place = question < 0 ? rest : rest.substring(0, question);
        int slash = place.indexOf('/');
        String authority = slash < 0 ? place : place.substring(0, slash);
        String path = slash < 0 ? "" : place.substring(slash + 1);
        int at = jdbc ? -1 : authority.lastIndexOf('@');
        requireNoAt(jdbc ? place : rest.substring(at + 1));
        if (path.contains("/")) {
            throw new IllegalArgumentException("database-url has a / in the name of the database: write it as %2F");
        }
        UrlParameters parameters = UrlParameters.of(question < 0 ? "" : rest.substring(question + 1), jdbc);
        if (at >= 0) {
            String[] login = authority.substring(0, at).split(":", 2);
            parameters = parameters.with("user", UrlParameters.decoded(login[0], jdbc));
            parameters =
                    login.length == 1 ? parameters : parameters.with("password", UrlParameters.decoded(login[1], jdbc));
        }
        DatabaseAddress address = new DatabaseAddress(
                DatabaseHost.list("database-url", authority.substring(at + 1), DatabaseHost.PORT),
                Optional.of(UrlParameters.decoded(path, jdbc)).filter(name -> !name.isEmpty()),
                parameters.text("user"),
                parameters.text("password"));
        Optional<TlsMode> tls = parameters.text("sslmode").map(mode -> TlsMode.of("sslmode in database-url", mode));
        return new DatabaseUrl(address, tls, parameters.text("channelBinding"));
    }

    /** Rejects an @ that would make part of a password a host, which an error would show. */
    private static void requireNoAt(String text) {
        if (text.contains("@")) {
            throw new IllegalArgumentException("database-url has an @ in the wrong place: with jdbc:, user and"
                    + " password are parameters after the question mark; without jdbc:, write / ? @ in them as"
                    + " %2F %3F %40");
        }
    }
}

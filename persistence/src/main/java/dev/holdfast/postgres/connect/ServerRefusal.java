package dev.holdfast.postgres.connect;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * An answer of the server that stays the same until somebody changes the server or the settings: it refuses the login,
 * or a statement for want of a right or of an object. Made from exceptions, by the code that reports them. Immutable.
 *
 * @param sqlState as in PostgreSQL, appendix A
 * @param said what the server said, without values
 */
public record ServerRefusal(String sqlState, String said) {
    /** Logins, databases, schemas, statements; what is not supported. */
    private static final Set<String> CLASSES = Set.of("0A", "28", "3D", "3F", "42");
    /** A login without a password; a wrong isolation level, see holdfast.require_durable; too many connections. */
    private static final Set<String> STATES = Set.of("08004", "25001", "53300");

    private static final String LOGIN =
            "correct user and password, which come from the URL, the settings or the DataSource";
    private static final String OBJECT =
            "if this is about the schema holdfast, run `holdfast migrate` with the build of" + " this node";
    private static final Map<String, String> REMEDIES = Map.of(
            "08004", LOGIN,
            "28P01", LOGIN,
            "28000", "create the role with the right to log in, allow it in pg_hba.conf, or connect as another user",
            "3D000", "correct the name of the database, or create it with encoding UTF8",
            "3F000", OBJECT,
            "42501", "grant the right to the role of this node; docs/security.md lists what it needs",
            "42883", OBJECT,
            "42P01", OBJECT,
            "42703", OBJECT,
            "53300", "raise the connection limit of the role, of the database or of the server (max_connections)");

    /** Empty unless one of the causes of this exception is such an answer. */
    public static Optional<ServerRefusal> of(Throwable e) {
        return Causes.of(e, SQLException.class)
                .filter(cause -> isRefusal(cause.getSQLState()))
                .reduce((outer, inner) -> inner) // a pool repeats the state of its cause
                .map(cause -> new ServerRefusal(cause.getSQLState(), said(cause)));
    }

    private static boolean isRefusal(String state) {
        return state != null
                && (STATES.contains(state) || state.length() == 5 && CLASSES.contains(state.substring(0, 2)));
    }

    /** The message and the hint: the rest names the place in a function, or values. */
    private static String said(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        if (message == null) {
            return String.valueOf(e.getMessage());
        }
        return message.getMessage() + (message.getHint() == null ? "" : ". Hint: " + message.getHint());
    }

    /** What the server said, with the SQLSTATE. */
    public String seen() {
        return said + " (SQLSTATE " + sqlState + ")";
    }

    /** What to do; empty if that is not known. */
    public String remedy() {
        return REMEDIES.getOrDefault(sqlState, "");
    }

    /** What the server said, and what to do. */
    public String reason() {
        return remedy().isEmpty() ? seen() : seen() + ": " + remedy();
    }
}

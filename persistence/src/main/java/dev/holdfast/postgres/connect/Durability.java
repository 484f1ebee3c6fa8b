package dev.holdfast.postgres.connect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/** Checks whether a server keeps what it has committed. Called by a node before it starts. Stateless. */
public final class Durability {
    private static final String CRASH =
            "a crash of its machine can lose or corrupt committed data unnoticed; completed" + " steps would run again";
    private static final Map<String, String> LOST = Map.of(
            "fsync", CRASH,
            "full_page_writes", CRASH,
            "synchronous_commit",
                    "a crash can lose recent commits of other programs in this database, such as the writes of"
                            + " a body");
    private static final Set<String> WEAK = Set.of("off", "local", "remote_write");

    private static final String FOUND = """
            select name, setting, source from pg_catalog.pg_settings
            where name in ('fsync', 'full_page_writes', 'synchronous_commit')
            order by name""";

    private Durability() {}

    /**
     * Returns one sentence for each setting that can lose committed work; empty for a durable server. Throws
     * {@link dev.holdfast.HoldfastException} if the server does not answer.
     */
    public static List<String> weaknesses(DataSource dataSource) {
        List<String> found = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(FOUND)) {
            while (rows.next()) {
                String name = rows.getString("name");
                String value = rows.getString("setting");
                if (WEAK.contains(value)) {
                    found.add("%s is %s (%s): %s"
                            .formatted(name, value, rows.getString("source"), LOST.getOrDefault(name, CRASH)));
                }
            }
            return found;
        } catch (SQLException e) {
            throw UnusableServerException.refusal(e);
        }
    }
}

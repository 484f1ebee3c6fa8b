package dev.holdfast.server.cli.option;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.config.DatabaseSettingsLoader;
import dev.holdfast.server.config.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Selects the database of a command: --database-url, and all other settings from the environment. */
public final class DatabaseOptions {
    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "The database: jdbc:postgresql://... or postgresql://user:password@host/database."
                    + " HOLDFAST_DATABASE_HOST and others can replace it.")
    private @Nullable String databaseUrl;

    DatabaseOptions() {}

    /** Whether the command line or the environment names a database. */
    public boolean areNamed(Settings environment) {
        return databaseUrl != null || DatabaseSettingsLoader.isNamed(environment);
    }

    /** The settings of command line and environment. Invalid ones are wrong usage. */
    public DatabaseSettings settings(CommandLine command, Settings environment) {
        Map<String, String> all = new LinkedHashMap<>(environment.values());
        if (databaseUrl != null) {
            all.put("database-url", databaseUrl);
        }
        try {
            return DatabaseSettingsLoader.load(new Settings(all));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command, e.getMessage());
        }
    }
}

package dev.holdfast.server.cli.node;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.schema.SchemaState;
import dev.holdfast.server.PostgresNodeStore;
import dev.holdfast.server.cli.option.DatabaseOptions;
import dev.holdfast.server.config.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast migrate}. */
@Command(
        name = "migrate",
        description = "Migrate the schema of a database, as each start of a node does.",
        exitCodeList = {"0:The schema fits this build, or --dry-run.", "1:The migration failed; stderr says why."},
        footer = {
            "  ./holdfast migrate --database-url postgresql://user:password@localhost/shop",
            "  ./holdfast migrate --dry-run --database-url postgresql://user:password@localhost/shop"
        })
public final class MigrateCommand implements Callable<Integer> {
    private static final String UP_TO_DATE = "The schema is up to date.";

    private final Settings settings;

    @Mixin
    private DatabaseOptions database;

    @Option(names = "--dry-run", description = "Print the SQL as one script, and change nothing.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    public MigrateCommand(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        DatabaseSettings target = database.settings(spec.commandLine(), settings);
        spec.commandLine().getOut().println(dryRun ? script(target) : migrated(target));
        return CommandLine.ExitCode.OK;
    }

    private static String migrated(DatabaseSettings target) {
        int applied = PostgresNodeStore.migrate(target);
        return applied == 0 ? UP_TO_DATE : "Migrations applied: " + applied + ".";
    }

    /** The SQL of the missing migrations; only a comment if there are none. */
    private static String script(DatabaseSettings target) {
        SchemaState schema = PostgresNodeStore.schema(target);
        schema.requireKnown();
        return schema.isCurrent()
                ? "-- " + UP_TO_DATE
                : "-- From version " + schema.version() + " to " + schema.known()
                        + ". For review only: `holdfast migrate` also records the applied versions.\n\n"
                        + schema.script().stripTrailing();
    }
}

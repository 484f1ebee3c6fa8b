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
        description = "Bring the schema of a database up to date, as every start of a node does.",
        exitCodeList = {"0:The schema is what this build needs, or --dry-run.", "1:It could not be; stderr says why."},
        footer = {
            "  ./holdfast migrate --database-url postgresql://user:password@localhost/shop",
            "  ./holdfast migrate --dry-run --database-url postgresql://user:password@localhost/shop"
        })
public final class MigrateCommand implements Callable<Integer> {
    private static final String UP_TO_DATE = "The schema is up to date.";

    private final Settings settings;

    @Mixin
    private DatabaseOptions database;

    @Option(names = "--dry-run", description = "Print the SQL that would run, as one script, and change nothing.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    public MigrateCommand(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        DatabaseSettings of = database.settings(spec.commandLine(), settings);
        spec.commandLine().getOut().println(dryRun ? script(of) : migrated(of));
        return CommandLine.ExitCode.OK;
    }

    private static String migrated(DatabaseSettings of) {
        int applied = PostgresNodeStore.migrate(of);
        return applied == 0 ? UP_TO_DATE : "Migrations applied: " + applied + ".";
    }

    /** All comments, where nothing would run. */
    private static String script(DatabaseSettings of) {
        SchemaState schema = PostgresNodeStore.schema(of);
        schema.requireKnown();
        return schema.isCurrent()
                ? "-- " + UP_TO_DATE
                : "-- From version " + schema.version() + " to " + schema.known()
                        + ". To be read: only `holdfast migrate` also notes what was applied.\n\n"
                        + schema.script().stripTrailing();
    }
}

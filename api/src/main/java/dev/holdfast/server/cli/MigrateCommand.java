package dev.holdfast.server.cli;

import dev.holdfast.server.Database;
import dev.holdfast.server.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast migrate}. */
@Command(
        name = "migrate",
        description = "Bring the schema of a database up to date, as every start of a node does.",
        footer = {"  ./holdfast migrate --database-url postgresql://user:password@localhost/shop"})
final class MigrateCommand implements Callable<Integer> {
    private final Settings settings;

    @Mixin
    private DatabaseOptions database;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    MigrateCommand(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        int applied = Database.migrate(database.settings(spec.commandLine(), settings));
        String done = applied == 0 ? "The schema is up to date." : "Migrations applied: " + applied + ".";
        spec.commandLine().getOut().println(done);
        return CommandLine.ExitCode.OK;
    }
}

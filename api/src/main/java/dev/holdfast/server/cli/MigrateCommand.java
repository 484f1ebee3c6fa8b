package dev.holdfast.server.cli;

import dev.holdfast.server.Database;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast migrate}. */
@Command(
        name = "migrate",
        description = "Bring the schema of a database up to date, as every start of a node does.",
        footer = {"  ./holdfast migrate --database-url postgresql://user:password@localhost/shop"})
final class MigrateCommand implements Callable<Integer> {
    @Option(
            names = "--database-url",
            paramLabel = "URL",
            required = true,
            description = "Which: jdbc:postgresql://... or postgresql://user:password@host/database.")
    private String databaseUrl;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    MigrateCommand() {}

    @Override
    public Integer call() {
        int applied;
        try {
            applied = Database.migrate(databaseUrl);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        String done = applied == 0 ? "The schema is up to date." : "Migrations applied: " + applied + ".";
        spec.commandLine().getOut().println(done);
        return CommandLine.ExitCode.OK;
    }
}

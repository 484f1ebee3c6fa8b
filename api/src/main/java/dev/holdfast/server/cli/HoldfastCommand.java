package dev.holdfast.server.cli;

import dev.holdfast.server.Samples;
import dev.holdfast.server.Settings;
import dev.holdfast.server.Version;
import dev.holdfast.server.log.LogFormat;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code holdfast}: the root of the command line. Made by the program that starts, which may add commands of its own,
 * and runs it. Exit status 0 is done, 1 refused or failed, 2 wrong usage. One thread.
 */
@Command(
        name = "holdfast",
        description = "Durable workflows on PostgreSQL.",
        versionProvider = HoldfastCommand.Versions.class,
        synopsisSubcommandLabel = "COMMAND")
public final class HoldfastCommand implements Callable<Integer> {
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    boolean versionAsked;

    @Spec
    private CommandSpec spec;

    /** Picocli makes the fields. */
    @SuppressWarnings("NullAway.Init")
    private HoldfastCommand() {}

    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast " + Version.holdfast() + " (" + Version.jdk() + ")"};
        }
    }

    /** The command line with everything but what the caller adds; {@code samples} are those of dev and serve. */
    public static CommandLine commandLine(Samples samples) {
        return commandLine(samples, System.getenv());
    }

    static CommandLine commandLine(Samples samples, Map<String, String> environment) {
        Settings settings = Settings.of(environment);
        CommandLine line = new CommandLine(new HoldfastCommand())
                .addSubcommand(new DevCommand(samples, settings))
                .addSubcommand(new ServeCommand(samples, settings))
                .addSubcommand(new MigrateCommand())
                .addSubcommand(new SubmitCommand())
                .addSubcommand(new ListCommand())
                .addSubcommand(new ShowCommand())
                .addSubcommand(new HistoryCommand())
                .addSubcommand(new ResultCommand())
                .addSubcommand(new CancelCommand())
                .addSubcommand(new TerminateCommand())
                .addSubcommand(DeadLettersCommand.commandLine())
                .addSubcommand(new NodesCommand())
                .addSubcommand(new DefinitionsCommand())
                .addSubcommand(new HealthCommand());
        help(line);
        return line.setDefaultValueProvider(new SettingDefaults(settings))
                .setExpandAtFiles(false) // an input may be @FILE
                .registerConverter(Duration.class, HoldfastCommand::duration)
                .registerConverter(LogFormat.class, HoldfastCommand::logFormat)
                .setExecutionExceptionHandler(new Refusals());
    }

    /** For it, and for all commands below it. */
    private static void help(CommandLine command) {
        command.getCommandSpec().addMixin("help", CommandSpec.forAnnotatedObject(new HelpOption()));
        command.getSubcommands().values().forEach(HoldfastCommand::help);
    }

    private static Duration duration(String text) {
        try {
            return Settings.duration(text);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new CommandLine.TypeConversionException("\"" + text + "\" is no time such as 5s, 500ms or PT5S");
        }
    }

    private static LogFormat logFormat(String text) {
        try {
            return LogFormat.of(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage());
        }
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}

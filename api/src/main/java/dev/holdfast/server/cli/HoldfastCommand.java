package dev.holdfast.server.cli;

import dev.holdfast.server.WorkflowRegistration;
import dev.holdfast.server.cli.admin.AdoptCommand;
import dev.holdfast.server.cli.admin.AuditCommand;
import dev.holdfast.server.cli.admin.DeadLettersCommand;
import dev.holdfast.server.cli.admin.DefinitionsCommand;
import dev.holdfast.server.cli.admin.HealthCommand;
import dev.holdfast.server.cli.admin.KeysCommand;
import dev.holdfast.server.cli.admin.NodesCommand;
import dev.holdfast.server.cli.admin.RetentionCommand;
import dev.holdfast.server.cli.node.DevCommand;
import dev.holdfast.server.cli.node.DoctorCommand;
import dev.holdfast.server.cli.node.MigrateCommand;
import dev.holdfast.server.cli.node.ServeCommand;
import dev.holdfast.server.cli.option.CommandGroup;
import dev.holdfast.server.cli.option.SettingDefaults;
import dev.holdfast.server.cli.workflow.CancelCommand;
import dev.holdfast.server.cli.workflow.EraseCommand;
import dev.holdfast.server.cli.workflow.HistoryCommand;
import dev.holdfast.server.cli.workflow.ListCommand;
import dev.holdfast.server.cli.workflow.ResultCommand;
import dev.holdfast.server.cli.workflow.ScrubCommand;
import dev.holdfast.server.cli.workflow.ShowCommand;
import dev.holdfast.server.cli.workflow.SubmitCommand;
import dev.holdfast.server.cli.workflow.TerminateCommand;
import dev.holdfast.server.cli.workflow.WatchCommand;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.config.StoreKind;
import dev.holdfast.server.config.Version;
import dev.holdfast.server.log.LogFormat;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/**
 * {@code holdfast}: the root of the command line. A main class creates it, may add commands, and runs it on one thread.
 * Exit status: 0 done, 1 rejected or failed, 2 wrong usage.
 */
@Command(
        name = "holdfast",
        description = {
            "Durable workflows on PostgreSQL.",
            "A node runs the workflows (dev, serve); client commands call it over HTTP."
        },
        versionProvider = HoldfastCommand.Versions.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "  ./holdfast dev              # a node with samples; run client commands in a second terminal",
            "  ./holdfast submit probe.steps --wait 10",
            "  ./holdfast list",
            "  ./holdfast show walk-1      # its state, or why it is not done",
            "  ./holdfast help submit      # the manual page of a command"
        })
public final class HoldfastCommand extends CommandGroup {
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    boolean versionRequested;

    private HoldfastCommand() {}

    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast " + Version.holdfast() + " (" + Version.jdk() + ")"};
        }
    }

    /**
     * Builds the command line. {@code registration} has the samples of dev and serve; {@code more} are additional
     * commands.
     */
    public static CommandLine commandLine(WorkflowRegistration registration, Object... more) {
        return commandLine(registration, System.getenv(), more);
    }

    public static CommandLine commandLine(
            WorkflowRegistration registration, Map<String, String> environment, Object... more) {
        Settings settings = Settings.of(environment);
        CommandLine line = new CommandLine(new HoldfastCommand())
                .addSubcommand(new DevCommand(registration, settings))
                .addSubcommand(new ServeCommand(registration, settings))
                .addSubcommand(new MigrateCommand(settings))
                .addSubcommand(new DoctorCommand(settings))
                .addSubcommand(new SubmitCommand())
                .addSubcommand(new ListCommand())
                .addSubcommand(new ShowCommand())
                .addSubcommand(new HistoryCommand())
                .addSubcommand(new WatchCommand())
                .addSubcommand(new ResultCommand())
                .addSubcommand(new CancelCommand())
                .addSubcommand(new TerminateCommand())
                .addSubcommand(new EraseCommand())
                .addSubcommand(new ScrubCommand())
                .addSubcommand(DeadLettersCommand.commandLine())
                .addSubcommand(RetentionCommand.commandLine())
                .addSubcommand(KeysCommand.commandLine(settings))
                .addSubcommand(new AuditCommand())
                .addSubcommand(new AdoptCommand())
                .addSubcommand(new NodesCommand())
                .addSubcommand(new DefinitionsCommand())
                .addSubcommand(new HealthCommand());
        Arrays.stream(more).forEach(line::addSubcommand);
        line.addSubcommand(new CompletionCommand()).addSubcommand(new HelpCommand());
        ManPage.apply(line);
        return line.setDefaultValueProvider(new SettingDefaults(settings))
                .setExpandAtFiles(false) // submit itself reads @FILE
                .registerConverter(Duration.class, HoldfastCommand::duration)
                .registerConverter(LogFormat.class, HoldfastCommand::logFormat)
                .registerConverter(StoreKind.class, HoldfastCommand::storeKind)
                .setParameterExceptionHandler(new UsageMessages())
                .setExecutionExceptionHandler(new FailureMessages());
    }

    private static Duration duration(String text) {
        try {
            return Settings.duration(text);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new CommandLine.TypeConversionException(
                    "\"" + text + "\" is not a duration: expected one such as 5s, 500ms or PT5S");
        }
    }

    private static LogFormat logFormat(String text) {
        try {
            return LogFormat.of(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage());
        }
    }

    private static StoreKind storeKind(String text) {
        try {
            return StoreKind.of(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage());
        }
    }
}

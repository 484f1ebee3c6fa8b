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
import dev.holdfast.server.cli.workflow.PauseCommand;
import dev.holdfast.server.cli.workflow.ResultCommand;
import dev.holdfast.server.cli.workflow.ResumeCommand;
import dev.holdfast.server.cli.workflow.ScrubCommand;
import dev.holdfast.server.cli.workflow.ShowCommand;
import dev.holdfast.server.cli.workflow.SignalCommand;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
        return commandLine(registration, environment, Optional.empty(), more);
    }

    /**
     * Runs a command line, and returns the exit status. Builds only the command that is called, because building all of
     * them takes longer than most commands.
     */
    public static int execute(String[] arguments, WorkflowRegistration registration, Object... more) {
        Optional<String> called = Arrays.stream(arguments).findFirst();
        return commandLine(registration, System.getenv(), called, more).execute(arguments);
    }

    /** With the command of this name only, if there is one. */
    static CommandLine commandLine(
            WorkflowRegistration registration,
            Map<String, String> environment,
            Optional<String> called,
            Object... more) {
        Settings settings = Settings.of(environment);
        CommandLine line = new CommandLine(new HoldfastCommand());
        Map<String, Supplier<Object>> commands = commands(registration, settings);
        called.filter(commands::containsKey).ifPresent(name -> commands.keySet().retainAll(Set.of(name)));
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        if (commands.size() > 1) {
            Arrays.stream(more).forEach(line::addSubcommand);
            line.addSubcommand(new CompletionCommand()).addSubcommand(new HelpCommand());
        }
        ManPage.apply(line);
        return line.setDefaultValueProvider(new SettingDefaults(settings))
                .setExpandAtFiles(false) // submit and signal read @FILE themselves
                .registerConverter(Duration.class, HoldfastCommand::duration)
                .registerConverter(LogFormat.class, HoldfastCommand::logFormat)
                .registerConverter(StoreKind.class, HoldfastCommand::storeKind)
                .setParameterExceptionHandler(new UsageMessages())
                .setExecutionExceptionHandler(new FailureMessages());
    }

    /** In the order of the help. */
    private static Map<String, Supplier<Object>> commands(WorkflowRegistration registration, Settings settings) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("dev", () -> new DevCommand(registration, settings));
        commands.put("serve", () -> new ServeCommand(registration, settings));
        commands.put("migrate", () -> new MigrateCommand(settings));
        commands.put("doctor", () -> new DoctorCommand(settings));
        commands.put("submit", SubmitCommand::new);
        commands.put("list", ListCommand::new);
        commands.put("show", ShowCommand::new);
        commands.put("history", HistoryCommand::new);
        commands.put("watch", WatchCommand::new);
        commands.put("result", ResultCommand::new);
        commands.put("signal", SignalCommand::new);
        commands.put("cancel", CancelCommand::new);
        commands.put("terminate", TerminateCommand::new);
        commands.put("pause", PauseCommand::new);
        commands.put("resume", ResumeCommand::new);
        commands.put("erase", EraseCommand::new);
        commands.put("scrub", ScrubCommand::new);
        commands.put("dead-letters", DeadLettersCommand::commandLine);
        commands.put("retention", RetentionCommand::commandLine);
        commands.put("keys", () -> KeysCommand.commandLine(settings));
        commands.put("audit", AuditCommand::new);
        commands.put("adopt", AdoptCommand::new);
        commands.put("nodes", NodesCommand::new);
        commands.put("definitions", DefinitionsCommand::new);
        commands.put("health", HealthCommand::new);
        return commands;
    }

    private static Duration duration(String text) {
        try {
            return Settings.duration(text);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new CommandLine.TypeConversionException("expected a time such as 5s, 500ms or 2h");
        }
    }

    private static LogFormat logFormat(String text) {
        try {
            return LogFormat.of(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException("expected text or json");
        }
    }

    private static StoreKind storeKind(String text) {
        try {
            return StoreKind.of(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException("expected postgres or memory");
        }
    }
}

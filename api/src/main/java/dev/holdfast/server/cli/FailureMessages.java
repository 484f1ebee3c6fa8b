package dev.holdfast.server.cli;

import dev.holdfast.HoldfastException;
import dev.holdfast.server.cli.client.CommandFailedException;
import dev.holdfast.server.log.Logs;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says on stderr why a command was refused or failed. Nobody is shown a stack trace. */
public final class FailureMessages implements IExecutionExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FailureMessages.class);

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        switch (thrown) {
            case CommandFailedException e -> e.lines().forEach(command.getErr()::println);
            case HoldfastException e
            when Logs.isJson() -> LOG.error("holdfast {} was refused: {}", command.getCommandName(), firstLine(e));
            case HoldfastException e -> command.getErr().println(firstLine(e));
            default -> defect(thrown, command);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Those of libraries go on for long. */
    private static String firstLine(HoldfastException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** With what a report of it needs: the errors down to the first cause, and where that was thrown. */
    private static void defect(Throwable thrown, CommandLine command) {
        String errors = Stream.iterate(thrown, e -> e != null, Throwable::getCause)
                .limit(10)
                .map(e -> String.valueOf(e).replaceAll("\\s+", " "))
                .collect(Collectors.joining("; because of "));
        Throwable first = Stream.iterate(thrown, e -> e != null, Throwable::getCause)
                .limit(10)
                .reduce(thrown, (earlier, later) -> later);
        String place = Arrays.stream(first.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.holdfast."))
                .findFirst()
                .map(frame -> " (at " + frame + ")")
                .orElse("");
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + " failed in a way that it should not: " + errors + place);
    }
}

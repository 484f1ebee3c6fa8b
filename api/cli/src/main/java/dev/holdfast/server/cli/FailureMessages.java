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

/** Reports on stderr why a command failed, without a stack trace. Called by picocli; stateless. */
public final class FailureMessages implements IExecutionExceptionHandler {
    private static final int LINES_MAX = 20;

    /** Made on use: every command has this handler, and most log nothing. */
    private static final class Log {
        private static final Logger LOG = LoggerFactory.getLogger(FailureMessages.class);
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        switch (thrown) {
            case CommandFailedException e -> e.lines().forEach(command.getErr()::println);
            case HoldfastException e
            when Logs.isJson() -> Log.LOG.error("holdfast {} failed: {}", command.getCommandName(), message(e));
            case HoldfastException e -> command.getErr().println(message(e));
            default -> bug(thrown, command);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Some end with the last lines of a log. */
    private static String message(HoldfastException e) {
        return String.valueOf(e.getMessage()).lines().limit(LINES_MAX).collect(Collectors.joining("\n"));
    }

    /** Prints what a bug report needs: the chain of errors down to the first cause, and where that was thrown. */
    private static void bug(Throwable thrown, CommandLine command) {
        String errors = Stream.iterate(thrown, e -> e != null, Throwable::getCause)
                .limit(10)
                .map(e -> String.valueOf(e).replaceAll("\\s+", " "))
                .collect(Collectors.joining("; caused by "));
        Throwable first = Stream.iterate(thrown, e -> e != null, Throwable::getCause)
                .limit(10)
                .reduce(thrown, (earlier, later) -> later);
        String location = Arrays.stream(first.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.holdfast."))
                .findFirst()
                .map(frame -> " (at " + frame + ")")
                .orElse("");
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + " failed because of a bug in Holdfast, please report it: " + errors + location);
    }
}

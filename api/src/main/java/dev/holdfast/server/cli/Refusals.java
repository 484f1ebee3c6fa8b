package dev.holdfast.server.cli;

import dev.holdfast.HoldfastException;
import dev.holdfast.server.log.Logs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says on stderr why a command was refused or failed. */
final class Refusals implements IExecutionExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        switch (thrown) {
            case RefusedException e -> e.lines().forEach(command.getErr()::println);
            case HoldfastException e
            when Logs.isJson() -> LOG.error("holdfast {} was refused: {}", command.getCommandName(), firstLine(e));
            case HoldfastException e -> command.getErr().println(firstLine(e));
            default -> LOG.error("holdfast {} failed", command.getCommandName(), thrown);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Those of libraries go on for long. */
    private static String firstLine(HoldfastException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}

package dev.holdfast.server.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports wrong usage on stderr: the error, the nearest name for an unknown one, and the manual page. Called by
 * picocli; stateless.
 */
final class UsageMessages implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(message(wrong));
        boolean suggested = wrong instanceof UnmatchedArgumentException unmatched
                && UnmatchedArgumentException.printSuggestions(unmatched, err);
        if (!suggested) {
            CommandLine.Help help = command.getHelp();
            err.print(help.synopsisHeading() + help.synopsis(help.synopsisHeadingLength()));
        }
        String name = command.getCommandSpec().qualifiedName();
        err.println("See `./" + name + " --help`.");
        return CommandLine.ExitCode.USAGE;
    }

    private static String message(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !wrong.getCommandLine().getSubcommands().isEmpty()) {
            return "There is no command \"" + unmatched.getUnmatched().getFirst() + "\".";
        }
        return String.valueOf(wrong.getMessage());
    }
}

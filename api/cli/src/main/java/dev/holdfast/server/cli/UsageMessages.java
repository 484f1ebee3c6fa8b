package dev.holdfast.server.cli;

import java.io.PrintWriter;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports wrong usage on stderr: the error, the nearest name for an unknown one, and the manual page. Called by
 * picocli; stateless.
 */
final class UsageMessages implements IParameterExceptionHandler {
    private static final Pattern PLAIN = Pattern.compile("[\\w.:+@/*-]+");

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
        if (wrong.getCause() instanceof TypeConversionException reason && wrong.getArgSpec() != null) {
            return name(wrong.getArgSpec()) + " is " + shown(wrong.getValue()) + ": "
                    + expectation(wrong.getArgSpec(), String.valueOf(reason.getMessage()));
        }
        if (wrong.getArgSpec() != null && wrong.getArgSpec().typeInfo().isMap()) {
            return name(wrong.getArgSpec()) + " is " + shown(wrong.getValue()) + ": expected "
                    + wrong.getArgSpec().paramLabel();
        }
        return String.valueOf(wrong.getMessage());
    }

    /** The option as typed, or the name of the parameter. */
    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String shown(String value) {
        return PLAIN.matcher(value).matches() ? value : "\"" + value + "\"";
    }

    private static String expectation(ArgSpec argument, String reason) {
        if (reason.startsWith("expected one of [")) { // of picocli, about an enum
            return "expected one of " + String.join(", ", argument.completionCandidates());
        }
        return reason.startsWith("expected ") ? reason : "expected a whole number";
    }
}

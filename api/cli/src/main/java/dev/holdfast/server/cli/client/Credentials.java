package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.value.InputFile;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.http.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options that authenticate a command to the node, and the node to the command. */
final class Credentials {
    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The API key. Other users can read the command line: prefer HOLDFAST_KEY or --key-file.")
    private @Nullable String key;

    @Option(names = "--key-file", paramLabel = "FILE", description = "A file with the API key; used without --key.")
    private @Nullable Path keyFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM file with the authorities to trust for the node's certificate. Default: those of Java.")
    private @Nullable Path caFile;

    /** The key to send, if any. Warns about a key on the command line. */
    Optional<String> key(CommandLine command) {
        if (key == null) {
            return Optional.ofNullable(keyFile).map(file -> read(command, file));
        }
        if (command.getParseResult().hasMatchedOption("--key")) {
            command.getErr()
                    .println("The API key is on the command line, where every user of this machine can read it: use "
                            + Settings.variable("key") + " or --key-file.");
        }
        return Optional.of(key);
    }

    private static String read(CommandLine command, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandLine.ParameterException(
                    command, "--key-file is " + file + ", which cannot be read: " + InputFile.reason(file, e));
        }
    }

    /** The authorities to trust; empty means those of Java. */
    Optional<SSLContext> trust() {
        return Optional.ofNullable(caFile).map(Tls::trusting);
    }
}

package dev.holdfast.server.cli.client;

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

/** By what a command is let in by the node that it asks, and by what it knows that node. */
final class Credentials {
    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The API key to ask with. Others see the command line: use HOLDFAST_KEY or --key-file.")
    private @Nullable String key;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "A file with the API key, where there is no --key.")
    private @Nullable Path keyFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "Trust a node that has a certificate of one of these (PEM). Default: those of Java.")
    private @Nullable Path caFile;

    /** The key to send, if there is one. Says so where others can read it. */
    Optional<String> key(CommandLine command) {
        if (key == null) {
            return Optional.ofNullable(keyFile).map(Credentials::read);
        }
        if (command.getParseResult().hasMatchedOption("--key")) {
            command.getErr()
                    .println("The key stands on the command line, where every user of this machine can read it: use "
                            + Settings.variable("key") + " or --key-file.");
        }
        return Optional.of(key);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw CommandFailedException.because("The key in " + file + " cannot be read: " + e);
        }
    }

    /** Whom to trust, where that is not left to Java. */
    Optional<SSLContext> trust() {
        return Optional.ofNullable(caFile).map(Tls::trusting);
    }
}

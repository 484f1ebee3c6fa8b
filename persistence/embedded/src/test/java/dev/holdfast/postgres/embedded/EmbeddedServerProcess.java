package dev.holdfast.postgres.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A JVM of its own that runs an embedded server, to be killed. It ends by itself when the JVM that started it does, or
 * when the server does not start; its first line says which.
 */
final class EmbeddedServerProcess {
    private static final String STARTED = "started ";

    private final Process process;
    private final String firstLine;

    private EmbeddedServerProcess(Process process, String firstLine) {
        this.process = process;
        this.firstLine = firstLine;
    }

    public static void main(String[] arguments) throws IOException {
        try (EmbeddedServer server =
                arguments.length == 0 ? EmbeddedServer.temporary() : EmbeddedServer.start(Path.of(arguments[0]))) {
            System.out.println(STARTED + server.port());
            while (System.in.read() >= 0) {
                // Until the other end is closed.
            }
        } catch (EmbeddedServerException e) {
            System.out.println(e.getMessage());
        }
    }

    static EmbeddedServerProcess on(Path directory) throws IOException {
        return launch(List.of(directory.toString()), System.getProperty("java.io.tmpdir"));
    }

    static EmbeddedServerProcess temporary(Path parent) throws IOException {
        return launch(List.of(), parent.toString());
    }

    private static EmbeddedServerProcess launch(List<String> arguments, String temporaryFiles) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Djava.io.tmpdir=" + temporaryFiles,
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedServerProcess.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        return new EmbeddedServerProcess(
                process, Optional.ofNullable(output.readLine()).orElse("nothing"));
    }

    /** What it says when it did not get the server. */
    String refusal() {
        if (firstLine.startsWith(STARTED)) {
            throw new AssertionError("it was not refused: " + firstLine);
        }
        return firstLine;
    }

    int port() {
        if (!firstLine.startsWith(STARTED)) {
            throw new AssertionError("it did not start: " + firstLine);
        }
        return Integer.parseInt(firstLine.substring(STARTED.length()));
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL; does not wait for the end. */
    void kill() {
        process.destroyForcibly();
    }

    /** Lets it close its server and end. */
    void end() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}

package dev.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import picocli.CommandLine;

/**
 * Runs client commands once, so that the JVM loads the classes that they need, and can archive them at its end. Called
 * by {@code ./holdfast} in a JVM of its own; ends the process.
 */
final class StartupTraining {
    private static final List<String> COMMANDS = List.of(
            "list",
            "show walk-1",
            "history walk-1",
            "result walk-1",
            "submit probe.order {}",
            "cancel walk-1",
            "dead-letters list",
            "nodes",
            "help list",
            "lisst");

    /** Has the members that these commands print. */
    private static final String BODY = """
            {"id":"walk-1","type":"probe.steps","version":1,"status":"COMPLETED","labels":{"a":"b"},"attempt":1,\
            "createdAt":"2026-01-31T12:00:00.1Z","lastError":{"class":"java.io.IOException","message":"late"},\
            "result":{"steps":1.5},"next":null,"items":[{"id":"walk-1","seq":1,"position":0,"kind":"step",\
            "startedAt":"2026-01-31T12:00:00.1Z","endedAt":"2026-01-31T12:00:00.2Z",\
            "error":{"class":"java.io.IOException","message":"late"}}]}""";

    private static final String RESPONSE =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;

    private StartupTraining() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> respond(server));
            String url = " --url http://127.0.0.1:" + server.getLocalPort();
            COMMANDS.forEach(
                    command -> Main.execute((command.startsWith("help") ? command : command + url).split(" ")));
        }
        System.exit(CommandLine.ExitCode.OK);
    }

    /** Responds to one request after the other, as each command sends one at a time. */
    private static void respond(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
                while (lines.readLine() != null) {
                    skipHeaders(lines);
                    client.getOutputStream().write(RESPONSE.getBytes(UTF_8));
                }
            } catch (IOException e) {
                // a command has ended
            }
        }
    }

    private static void skipHeaders(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.isEmpty()) {
            line = lines.readLine();
        }
    }
}

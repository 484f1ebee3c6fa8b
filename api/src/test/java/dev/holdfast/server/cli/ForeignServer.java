package dev.holdfast.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Answers everybody with the same bytes, whatever is asked, and hangs up. */
public final class ForeignServer implements AutoCloseable {
    private final ServerSocket socket;
    private final byte[] answer;

    private ForeignServer(ServerSocket socket, String answer) {
        this.socket = socket;
        this.answer = answer.getBytes(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::serve);
    }

    public static ForeignServer saying(String answer) {
        try {
            return new ForeignServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ForeignServer http(String status, String type, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return saying("HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + length
                + "\r\nConnection: close\r\n\r\n" + body);
    }

    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                while (isHead(lines.readLine())) {
                    // until all of it has come, so that closing does not reset the connection
                }
                client.getOutputStream().write(answer);
            } catch (IOException e) {
                // the client is gone, or this is closed
            }
        }
    }

    private static boolean isHead(@Nullable String line) {
        return line != null && (line.startsWith("GET") || line.contains(": "));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

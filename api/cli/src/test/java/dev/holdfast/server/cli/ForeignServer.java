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

/** A server that sends the same bytes to every request, and closes. */
public final class ForeignServer implements AutoCloseable {
    private final ServerSocket socket;
    private final byte[] response;

    private ForeignServer(ServerSocket socket, String response) {
        this.socket = socket;
        this.response = response.getBytes(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::serve);
    }

    public static ForeignServer saying(String response) {
        try {
            return new ForeignServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), response);
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
                    // reads the whole head, so that closing does not reset the connection
                }
                client.getOutputStream().write(response);
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

package dev.holdfast.server.http;

import dev.holdfast.server.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sends bytes to a socket that no HTTP client would send, and reads the response. */
public final class RawRequest implements AutoCloseable {
    private static final int SILENCE_MAX_MILLIS = 20_000;

    private final Socket socket;

    public RawRequest(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(SILENCE_MAX_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request and reads its response. */
    public static Response send(int port, String request) {
        try (RawRequest raw = new RawRequest(port)) {
            raw.write(request);
            return raw.response();
        }
    }

    /** Sends a request and reads its response without a body. */
    static Response head(int port, String request) {
        try (RawRequest raw = new RawRequest(port)) {
            raw.write(request);
            return raw.head();
        }
    }

    public void write(String text) {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void endOfOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Response response() {
        Response head = head();
        byte[] body = head.header("Transfer-Encoding").isPresent()
                ? chunks()
                : bytes(Integer.parseInt(head.header("Content-Length").orElse("0")));
        return new Response(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8));
    }

    private byte[] chunks() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int length = chunk(); length > 0; length = chunk()) {
            body.writeBytes(bytes(length));
            requireEmptyLine();
        }
        requireEmptyLine();
        return body.toByteArray();
    }

    private int chunk() {
        return Integer.parseInt(line(), 16);
    }

    private void requireEmptyLine() {
        String line = line();
        if (!line.isEmpty()) {
            throw new IllegalStateException("expected the end of a chunk, but it is \"" + line + "\"");
        }
    }

    /** Reads a response without a body. */
    public Response head() {
        String[] status = line().split(" ", 3);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.put(
                    line.substring(0, line.indexOf(':')),
                    line.substring(line.indexOf(':') + 1).strip());
        }
        return new Response(Integer.parseInt(status[1]), headers, "");
    }

    /** Whether the server has closed its side. */
    public boolean ends() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end of the connection; returns whether it came without a response. */
    boolean isCut() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As above, with a limit for the wait. */
    boolean isCutWithin(int millis) {
        try {
            socket.setSoTimeout(millis);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new IOException("the connection ended after \"" + line + "\"");
                }
                line.write(b);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private byte[] bytes(int length) {
        try {
            return socket.getInputStream().readNBytes(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.holdfast.postgres.wire;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a pooler in transaction mode does to a session: after each transaction it is as new. Statements that were
 * prepared, settings and locks are gone; start-up options are refused. Threads of its own until it is closed.
 */
public final class TransactionPooler implements AutoCloseable {
    private static final int HEAD = 4;
    private static final byte[] DISCARD = message((byte) 'Q', "discard all\0".getBytes(StandardCharsets.US_ASCII));

    private final URI server;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** In front of the server of this JDBC URL. */
    public TransactionPooler(String jdbcUrl) {
        try {
            this.server = URI.create(jdbcUrl.substring("jdbc:".length()));
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("pooler-accept").start(this::accept);
    }

    /** The same database by way of the pooler. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + listener.getLocalPort() + server.getPath() + "?" + server.getQuery();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                Socket backend = new Socket(server.getHost(), server.getPort());
                sockets.add(backend);
                start("pooler-client", client, () -> ask(client, backend));
                start("pooler-server", backend, () -> answer(backend, client));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** One direction of a connection. */
    @FunctionalInterface
    private interface Direction {
        void run() throws IOException;
    }

    private static void start(String name, Socket from, Direction direction) {
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try (from) {
                direction.run();
            } catch (IOException e) {
                Thread.onSpinWait(); // it ends, as the other one will
            }
        });
    }

    private static void ask(Socket client, Socket backend) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        byte[] startup = in.readNBytes(in.readInt() - HEAD);
        if (new String(startup, StandardCharsets.UTF_8).contains("\0options\0")) {
            backend.close();
            throw new IOException("unsupported startup parameter: options");
        }
        try (OutputStream out = backend.getOutputStream()) {
            out.write(ByteBuffer.allocate(startup.length + HEAD)
                    .putInt(startup.length + HEAD)
                    .put(startup)
                    .array());
            in.transferTo(out);
        }
    }

    private static void answer(Socket backend, Socket client) throws IOException {
        DataInputStream in = new DataInputStream(backend.getInputStream());
        try (OutputStream out = client.getOutputStream()) {
            while (true) {
                byte type = in.readByte();
                byte[] body = in.readNBytes(in.readInt() - HEAD);
                if (type == 'Z' && body[0] == 'I') {
                    backend.getOutputStream().write(DISCARD);
                    skipToReady(in);
                }
                out.write(message(type, body));
            }
        }
    }

    private static void skipToReady(DataInputStream in) throws IOException {
        byte type;
        do {
            type = in.readByte();
            in.readNBytes(in.readInt() - HEAD);
        } while (type != 'Z');
    }

    private static byte[] message(byte type, byte[] body) {
        return ByteBuffer.allocate(1 + HEAD + body.length)
                .put(type)
                .putInt(HEAD + body.length)
                .put(body)
                .array();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

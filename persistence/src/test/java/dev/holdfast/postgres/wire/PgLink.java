package dev.holdfast.postgres.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through the proxy. The protocol is that of PostgreSQL, version 3 (documentation, chapter 55). */
public final class PgLink {
    private static final int UNTYPED_HEAD = 4;

    private final PgProxy proxy;
    private final Socket client;
    private final Socket server;
    private final Map<String, String> statements = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean withholding;
    private volatile boolean held;

    PgLink(PgProxy proxy, Socket client, Socket server) {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
    }

    PgLink start() {
        Thread.ofPlatform().daemon().name("proxy-client").start(this::fromClient);
        Thread.ofPlatform().daemon().name("proxy-server").start(this::fromServer);
        return this;
    }

    /** How many requests the client has sent. */
    public int requests() {
        return requests.get();
    }

    /** Whether a request is kept right now. */
    public boolean isHolding() {
        return held && released.getCount() > 0;
    }

    /** The client's port as the server sees it. */
    public int serverSidePort() {
        return server.getLocalPort();
    }

    /** Passes on what is kept. */
    public void release() {
        released.countDown();
    }

    /** Ends both sides. */
    public void cut() {
        close(client);
        close(server);
    }

    private void fromClient() {
        try (DataInputStream in = new DataInputStream(client.getInputStream())) {
            OutputStream out = server.getOutputStream();
            passStartup(in, out);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            String sql = "";
            int messages = 0;
            while (true) {
                byte type = in.readByte();
                byte[] body = in.readNBytes(in.readInt() - UNTYPED_HEAD);
                request.write(ByteBuffer.allocate(5)
                        .put(type)
                        .putInt(body.length + UNTYPED_HEAD)
                        .array());
                request.write(body);
                messages++;
                sql = sqlOf(type, body, sql);
                if (type == 'S' || type == 'Q' || type == 'X' || type == 'p') {
                    if (!pass(request.toByteArray(), sql, messages, out)) {
                        return;
                    }
                    request.reset();
                    messages = 0;
                }
            }
        } catch (IOException e) {
            if (!held) {
                cut();
            }
        }
    }

    /** The startup message has no type; the driver asks for no encryption on loopback. */
    private static void passStartup(DataInputStream in, OutputStream out) throws IOException {
        int length = in.readInt();
        byte[] body = in.readNBytes(length - UNTYPED_HEAD);
        out.write(ByteBuffer.allocate(length).putInt(length).put(body).array());
        out.flush();
    }

    private String sqlOf(byte type, byte[] body, String before) {
        if (type == 'Q') {
            return text(body, 0);
        }
        if (type == 'P') {
            String name = text(body, 0);
            statements.put(name, text(body, name.length() + 1));
            return statements.get(name);
        }
        if (type == 'B') {
            String portal = text(body, 0);
            return statements.getOrDefault(text(body, portal.length() + 1), before);
        }
        return before;
    }

    private static String text(byte[] body, int from) {
        int end = from;
        while (end < body.length && body[end] != 0) {
            end++;
        }
        return new String(body, from, end - from, StandardCharsets.UTF_8);
    }

    /** False when the link is over. */
    private boolean pass(byte[] request, String sql, int messages, OutputStream out) throws IOException {
        requests.incrementAndGet();
        Action action = proxy.decide(this, sql, messages);
        switch (action) {
            case CUT_BEFORE -> {
                cut();
                return false;
            }
            case HOLD -> {
                held = true;
                await(released);
            }
            case CUT_AFTER -> withholding = true;
            case FORWARD -> {}
        }
        out.write(request);
        out.flush();
        if (action == Action.CUT_AFTER) {
            await(answered);
            cut();
            return false;
        }
        return true;
    }

    private void fromServer() {
        try (DataInputStream in = new DataInputStream(server.getInputStream())) {
            OutputStream out = client.getOutputStream();
            while (true) {
                byte type = in.readByte();
                byte[] body = in.readNBytes(in.readInt() - UNTYPED_HEAD);
                if (withholding) {
                    if (type == 'Z') {
                        answered.countDown();
                    }
                } else if (!client.isClosed()) {
                    out.write(ByteBuffer.allocate(5 + body.length)
                            .put(type)
                            .putInt(body.length + UNTYPED_HEAD)
                            .put(body)
                            .array());
                    out.flush();
                }
            }
        } catch (IOException e) {
            answered.countDown();
            if (!held) {
                cut();
            }
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            Thread.onSpinWait(); // it is gone either way
        }
    }
}

package dev.holdfast.postgres.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Stands between clients and a PostgreSQL server on loopback. A rule decides about every request, on a thread of that
 * connection, so a rule may block. Safe for all threads.
 */
public final class PgProxy implements AutoCloseable {
    private final URI server;
    private final ServerSocket listener;
    private final List<PgLink> links = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Function<Request, Action> rule = request -> Action.FORWARD;
    private boolean refusing;

    /** In front of the server of this JDBC URL. */
    public PgProxy(String jdbcUrl) {
        try {
            this.server = URI.create(jdbcUrl.substring("jdbc:".length()));
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("proxy-accept").start(this::accept);
    }

    /** The same database by way of the proxy. */
    public String jdbcUrl() {
        String query = server.getQuery() == null ? "" : server.getQuery() + "&";
        return "jdbc:postgresql://127.0.0.1:" + listener.getLocalPort() + server.getPath() + "?" + query
                + "sslmode=disable";
    }

    /** From now on this decides. */
    public void rule(Function<Request, Action> decision) {
        rule = decision;
    }

    /** Ends all connections and takes no new ones until told otherwise. */
    public synchronized void refuse(boolean on) {
        refusing = on;
        if (on) {
            links.forEach(PgLink::cut);
        }
    }

    /** Those that are there stay, no new ones are taken. */
    public synchronized void refuseNew() {
        refusing = true;
    }

    public List<PgLink> links() {
        return List.copyOf(links);
    }

    Action decide(PgLink link, String sql, int messages) {
        return rule.apply(new Request(link, sql, requests.incrementAndGet(), messages));
    }

    private void accept() {
        try {
            while (true) {
                take(listener.accept());
            }
        } catch (IOException e) {
            links.forEach(PgLink::cut); // closed
        }
    }

    /** Whoever refuses from now on has this one too. */
    private synchronized void take(Socket client) throws IOException {
        if (refusing) {
            client.close();
        } else {
            links.add(new PgLink(this, prompt(client), prompt(new Socket(server.getHost(), server.getPort()))).start());
        }
    }

    /** Messages go one by one: each would wait for the other side to acknowledge the one before. */
    private static Socket prompt(Socket socket) throws SocketException {
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        links.forEach(PgLink::cut);
    }
}

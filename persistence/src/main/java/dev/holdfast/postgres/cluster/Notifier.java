package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies other nodes of work in the database, and receives their notifications. Notifications only save time: a lost
 * one is made up for by the next poll, so failures are logged at DEBUG. It never notifies in a transaction that writes
 * anything else, since NOTIFY serialises the commits of a server, and it collects notifications for a moment, so that
 * many cost as much as one. Made and closed by the node's runtime. Two threads, and a connection that listens. Safe for
 * all threads.
 */
public final class Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final String CHANNEL = "holdfast";
    private static final Duration COLLECT = Duration.ofMillis(20);
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration AWAIT_LISTENER = Duration.ofMillis(500);
    private static final int LISTEN_MILLIS = 10_000;
    /** Payload of a notification about ownership, for all nodes. */
    private static final String MEMBERS = "*";

    private static final int BUCKETS_MAX = 1_000;

    /** Handles notifications, on the listening thread. */
    public interface Receiver {
        /** There is new work in these buckets. */
        void workIn(Set<Integer> buckets);

        /** Ownership has changed or is about to. */
        void membersChanged();
    }

    private final DataSource dataSource;
    private final Jdbi jdbi;
    private final Receiver receiver;
    private final boolean listens;
    private final Set<Integer> buckets = ConcurrentHashMap.newKeySet();
    private final Semaphore pending = new Semaphore(0);
    private final Thread sender =
            Thread.ofPlatform().daemon().name("holdfast-notify").unstarted(this::send);
    private final Thread listener =
            Thread.ofPlatform().daemon().name("holdfast-listen").unstarted(this::listen);
    private volatile boolean members;
    private volatile boolean closed;

    /** {@code listens} is false behind a pooler, which would give the listening backend to other sessions. */
    public Notifier(DataSource dataSource, Jdbi jdbi, Receiver receiver, boolean listens) {
        this.dataSource = dataSource;
        this.jdbi = jdbi;
        this.receiver = receiver;
        this.listens = listens;
    }

    public void start() {
        sender.start();
        if (listens) {
            listener.start();
        }
    }

    /** Whether its threads run. */
    public boolean isAlive() {
        return sender.isAlive() && (!listens || listener.isAlive());
    }

    /** Does not wait for the listening thread, which ends after its current poll, see {@link #awaitListener}. */
    public void close() throws InterruptedException {
        closed = true;
        sender.interrupt();
        listener.interrupt();
        sender.join();
    }

    /** After {@link #close}: waits a moment until the listening thread has given its connection back. */
    public void awaitListener() throws InterruptedException {
        if (listener.isAlive()) { // behind a pooler there is none
            listener.join(AWAIT_LISTENER);
        }
    }

    /** Notifies the owner of this bucket of new work. */
    public void notifyOwner(int bucket) {
        buckets.add(bucket);
        pending.release();
    }

    /** Notifies all nodes that ownership has changed or is about to. */
    public void notifyMembers() {
        members = true;
        pending.release();
    }

    private void send() {
        try {
            while (!closed) {
                pending.acquire();
                Thread.sleep(COLLECT);
                pending.drainPermits();
                sendPending();
            }
        } catch (InterruptedException e) {
            LOG.debug("the notifier ends");
        }
    }

    private void sendPending() {
        Set<Integer> collected = Set.copyOf(buckets);
        buckets.removeAll(collected);
        boolean all = members || collected.size() > BUCKETS_MAX;
        members = false;
        String payload = all ? MEMBERS : collected.stream().map(String::valueOf).collect(Collectors.joining(","));
        try {
            notify(jdbi, payload);
        } catch (JdbiException e) {
            LOG.debug("a notification was not sent, other nodes find the work with their next poll", e);
        }
    }

    /** Notifies all nodes at once, for a node that closes. */
    public static void notifyMembersNow(Jdbi jdbi) {
        notify(jdbi, MEMBERS);
    }

    private static void notify(Jdbi jdbi, String payload) {
        jdbi.useHandle(handle -> handle.createQuery("select pg_catalog.pg_notify(:channel, :payload)::text")
                .bind("channel", CHANNEL)
                .bind("payload", payload)
                .mapTo(String.class)
                .one());
    }

    private void listen() {
        while (!closed) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(true);
                JdbiFactory.on(connection).useHandle(this::listenOn);
            } catch (SQLException | JdbiException e) {
                LOG.debug("not listening: work of other nodes is found by polling alone", e);
            }
            pause();
        }
    }

    /** Ends when the server is silent and read-only: the other nodes may notify another primary by now. */
    private void listenOn(Handle handle) throws SQLException {
        handle.execute("listen " + CHANNEL);
        try {
            receiveOn(handle);
        } finally {
            unlisten(handle);
        }
    }

    /** The connection may go back to a pool. */
    private static void unlisten(Handle handle) {
        try {
            handle.execute("unlisten *");
        } catch (JdbiException e) {
            LOG.debug("a broken connection listens no more", e);
        }
    }

    private void receiveOn(Handle handle) throws SQLException {
        receiver.membersChanged(); // notifications before this were not received
        PGConnection connection = handle.getConnection().unwrap(PGConnection.class);
        boolean silent = false;
        while (!closed && !(silent && isReadOnly(handle))) {
            PGNotification[] received = connection.getNotifications(LISTEN_MILLIS);
            silent = received.length == 0;
            if (!silent) {
                receive(received);
            }
        }
    }

    private static boolean isReadOnly(Handle handle) {
        return handle.createQuery("select pg_catalog.current_setting('transaction_read_only')::boolean")
                .mapTo(Boolean.class)
                .one();
    }

    private void receive(PGNotification[] received) {
        if (Stream.of(received).anyMatch(one -> one.getParameter().equals(MEMBERS))) {
            receiver.membersChanged();
        }
        receiver.workIn(Stream.of(received)
                .map(PGNotification::getParameter)
                .filter(payload -> !payload.equals(MEMBERS))
                .flatMap(payload -> Stream.of(payload.split(",", -1)))
                .filter(bucket -> bucket.matches("[0-9]{1,5}")) // any session may notify on the channel
                .map(Integer::valueOf)
                .collect(Collectors.toSet()));
    }

    private void pause() {
        try {
            Thread.sleep(closed ? Duration.ZERO : RECONNECT);
        } catch (InterruptedException e) {
            LOG.debug("the listener ends");
        }
    }
}

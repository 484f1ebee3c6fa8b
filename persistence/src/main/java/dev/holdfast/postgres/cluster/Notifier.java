package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
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
 * Tells other nodes that there is something for them in the database, and hears it from them. Only to be quicker: what
 * is not heard is found by the next look. Never in a transaction that writes anything else, since a NOTIFY makes all
 * commits of a server wait for each other; and collected for a moment, so that many cost as much as one. Two threads,
 * and a connection that listens. Safe for all threads.
 */
public final class Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final String CHANNEL = "holdfast";
    private static final Duration COLLECT = Duration.ofMillis(20);
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final int LISTEN_MILLIS = 10_000;
    /** To everybody, about who owns what. */
    private static final String ALL = "*";

    private static final int BUCKETS_MAX = 1_000;

    private final DataSource dataSource;
    private final Jdbi jdbi;
    private final Consumer<Set<Integer>> heard;
    private final Runnable heardOfMembers;
    private final Set<Integer> buckets = ConcurrentHashMap.newKeySet();
    private final Semaphore pending = new Semaphore(0);
    private final Thread sender =
            Thread.ofPlatform().daemon().name("holdfast-notify").unstarted(this::send);
    private final Thread listener =
            Thread.ofPlatform().daemon().name("holdfast-listen").unstarted(this::listen);
    private final boolean listens;
    private volatile boolean members;
    private volatile boolean closed;

    /**
     * {@code heard} is told the buckets in which there is something; both run on the listening thread. Behind a pooler
     * nobody {@code listens}: the backend that does would be another one's in a moment.
     */
    public Notifier(
            DataSource dataSource, Jdbi jdbi, Consumer<Set<Integer>> heard, Runnable heardOfMembers, boolean listens) {
        this.dataSource = dataSource;
        this.jdbi = jdbi;
        this.heard = heard;
        this.heardOfMembers = heardOfMembers;
        this.listens = listens;
    }

    public void start() {
        sender.start();
        if (listens) {
            listener.start();
        }
    }

    /** The listening connection ends with its next look; nobody waits for that. */
    public void close() throws InterruptedException {
        closed = true;
        sender.interrupt();
        listener.interrupt();
        sender.join();
    }

    /** There is something for the owner of this bucket. */
    public void notifyOwner(int bucket) {
        buckets.add(bucket);
        pending.release();
    }

    /** Who owns what has changed, or is to. */
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
                sendNow();
            }
        } catch (InterruptedException e) {
            LOG.debug("nobody is told any more");
        }
    }

    private void sendNow() {
        Set<Integer> told = Set.copyOf(buckets);
        buckets.removeAll(told);
        boolean all = members || told.size() > BUCKETS_MAX;
        members = false;
        String payload = all ? ALL : told.stream().map(String::valueOf).collect(Collectors.joining(","));
        try {
            notify(jdbi, payload);
        } catch (JdbiException e) {
            LOG.debug("others find it with their next look", e);
        }
    }

    /** At once, for one that closes. */
    public static void notifyMembersNow(Jdbi jdbi) {
        notify(jdbi, ALL);
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
                LOG.debug("not listening: looks are as quick as their interval", e);
            }
            pause();
        }
    }

    /** As long as others can be heard there: silence may be that of a server that they have left. */
    private void listenOn(Handle handle) throws SQLException {
        handle.execute("listen " + CHANNEL);
        heardOfMembers.run(); // what was said meanwhile was not heard
        PGConnection notifications = handle.getConnection().unwrap(PGConnection.class);
        boolean silent = false;
        while (!closed && !(silent && isReadOnly(handle))) {
            PGNotification[] news = notifications.getNotifications(LISTEN_MILLIS);
            silent = news.length == 0;
            if (!silent) {
                hear(news);
            }
        }
    }

    private static boolean isReadOnly(Handle handle) {
        return handle.createQuery("select pg_catalog.current_setting('transaction_read_only')::boolean")
                .mapTo(Boolean.class)
                .one();
    }

    private void hear(PGNotification[] news) {
        if (Stream.of(news).anyMatch(one -> one.getParameter().equals(ALL))) {
            heardOfMembers.run();
        }
        heard.accept(Stream.of(news)
                .map(PGNotification::getParameter)
                .filter(payload -> !payload.equals(ALL))
                .flatMap(payload -> Stream.of(payload.split(",", -1)))
                .filter(bucket -> bucket.matches("[0-9]{1,5}")) // anybody may say anything on the channel
                .map(Integer::valueOf)
                .collect(Collectors.toSet()));
    }

    private void pause() {
        try {
            Thread.sleep(closed ? Duration.ZERO : RECONNECT);
        } catch (InterruptedException e) {
            LOG.debug("closing");
        }
    }
}

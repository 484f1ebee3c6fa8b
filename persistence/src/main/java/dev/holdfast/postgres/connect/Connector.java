package dev.holdfast.postgres.connect;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Makes the data sources of one node. The application name of each session is "holdfast" and the node, and its time
 * zone is UTC. Behind a pooler no session is changed and no statement is prepared, because other clients get the same
 * backend. Used by the store, by the CLI and by the server. Stateless.
 */
public final class Connector {
    /** The SQLSTATE of a write to a server that has become a standby. */
    public static final String READ_ONLY = "25006";

    private static final int KEYS_SECONDS = 3;
    private static final int DOCTOR_SECONDS = 10;
    private static final String PRIMARY = "primary";

    private final DatabaseSettings settings;
    private final String nodeName;

    public Connector(DatabaseSettings settings, String nodeName) {
        this.settings = settings;
        this.nodeName = nodeName;
    }

    /** Connections without a pool, for callers that keep them open: writers, heartbeat, listener. */
    public DataSource plain() {
        return source();
    }

    /** A pool for reads. It opens no connection when it is made, so that a node also starts on a slow database. */
    public HikariDataSource forReads() {
        PoolSettings sizes = settings.pool();
        ServerDataSource source = source();
        source.setSocketTimeout(seconds(sizes.socketTimeout()));
        if (settings.pooler()) {
            source.setQueryTimeout(seconds(sizes.statementTimeout()));
        } else {
            source.setOptions(
                    options("-c statement_timeout=" + sizes.statementTimeout().toMillis()));
        }
        return pool("holdfast-pool", source, sizes.min(), sizes.max());
    }

    /**
     * Connections without a pool, for API keys, which are seldom read. A pool would be slow to notice the end of an
     * outage, and would reject requests meanwhile.
     */
    public DataSource forKeys() {
        ServerDataSource source = source();
        limitConnecting(source, KEYS_SECONDS);
        source.setSocketTimeout(KEYS_SECONDS);
        return source;
    }

    /** Connections without a pool whose sessions can only read. */
    public DataSource forDoctor() {
        ServerDataSource source = source();
        source.setSocketTimeout(DOCTOR_SECONDS);
        source.setReadOnlyMode("always"); // the session, not only its transactions
        source.setReadOnly(true);
        return source;
    }

    /** A pool for the bodies of registered workflows, which limit their own time. */
    public HikariDataSource forBodies(int max) {
        return pool("holdfast-bodies", source(), 0, max);
    }

    private HikariDataSource pool(String name, ServerDataSource source, int min, int max) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        pool.setPoolName(name);
        pool.setMinimumIdle(min);
        pool.setMaximumPoolSize(max);
        pool.setConnectionTimeout(settings.pool().connectTimeout().toMillis());
        pool.setIdleTimeout(settings.pool().idleTimeout().toMillis());
        pool.setInitializationFailTimeout(-1);
        pool.setExceptionOverride(new ReadOnlyIsLost());
        return new HikariDataSource(pool);
    }

    /** Evicts connections to a server that no longer accepts writes. */
    private static final class ReadOnlyIsLost implements SQLExceptionOverride {
        @java.lang.Override
        public Override adjudicate(SQLException e) {
            return READ_ONLY.equals(e.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
        }
    }

    private ServerDataSource source() {
        DatabaseAddress address = settings.address();
        ServerDataSource source = new ServerDataSource(settings);
        source.setServerNames(address.hosts().stream().map(Connector::bracketed).toArray(String[]::new));
        source.setPortNumbers(
                address.hosts().stream().mapToInt(DatabaseHost::port).toArray());
        address.database().ifPresent(source::setDatabaseName);
        address.user().ifPresent(source::setUser);
        address.password().ifPresent(source::setPassword);
        if (address.hosts().size() > 1) {
            source.setTargetServerType(PRIMARY);
        }
        source.setApplicationName("holdfast " + nodeName);
        limitConnecting(source, seconds(settings.pool().connectTimeout()));
        source.setTcpKeepAlive(true);
        if (settings.pooler()) {
            source.setPrepareThreshold(0);
        } else {
            source.setOptions(options(""));
        }
        secure(source);
        return source;
    }

    /** Also of a server that accepts the connection and then says nothing, after those that do not accept it. */
    private static void limitConnecting(ServerDataSource source, int seconds) {
        source.setConnectTimeout(seconds);
        source.setLoginTimeout(seconds * (source.getServerNames().length + 1));
    }

    /** Sets TLS to required or off in the driver; {@link TlsSockets} checks the certificate. */
    private void secure(ServerDataSource source) {
        source.setGssEncMode("disable");
        settings.channelBinding().ifPresent(source::setChannelBinding);
        if (settings.tls().mode() == TlsMode.DISABLE) {
            source.setSslMode("disable");
            return;
        }
        source.setSslMode("require");
        source.setSslfactory(TlsSockets.class.getName());
        source.setSslFactoryArg(TlsSockets.argument(settings.tls()));
    }

    /**
     * Start-up options with the search path first; its schemas are quoted to keep capital letters. A pooler rejects
     * options, even empty ones.
     */
    private String options(String more) {
        String path =
                settings.searchPath().stream().map(schema -> '"' + schema + '"').collect(Collectors.joining(","));
        return path.isEmpty() ? more : "-c search_path=" + path + " " + more;
    }

    private static String bracketed(DatabaseHost host) {
        return host.name().contains(":") ? "[" + host.name() + "]" : host.name();
    }

    private static int seconds(Duration time) {
        return Math.toIntExact(time.toSeconds());
    }
}

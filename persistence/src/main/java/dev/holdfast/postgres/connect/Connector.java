package dev.holdfast.postgres.connect;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Makes the connections of one node. All are named "holdfast" and the node, for those who look at the server; their
 * sessions are in UTC. Behind a pooler nothing is left to a session: no statement is prepared there, and none is set
 * up. Stateless.
 */
public final class Connector {
    /** Of a server that has become a standby. */
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

    /** Plain connections, for those who keep theirs. */
    public DataSource plain() {
        return source();
    }

    /** A pool for reads; empty at first, so that a node also starts where the database is slow. */
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
     * Plain connections for who asks for API keys: seldom, and with nothing to wait for that others are busy with. A
     * pool would be slow to see that an outage is over, and nobody would be let in meanwhile.
     */
    public DataSource forKeys() {
        ServerDataSource source = source();
        source.setConnectTimeout(KEYS_SECONDS);
        source.setSocketTimeout(KEYS_SECONDS);
        return source;
    }

    /** Plain connections whose whole sessions can only read. */
    public DataSource forDoctor() {
        ServerDataSource source = source();
        source.setSocketTimeout(DOCTOR_SECONDS);
        source.setReadOnlyMode("always"); // the session, not only its transactions
        source.setReadOnly(true);
        return source;
    }

    /** A pool for the bodies of samples, which bound their own time. */
    public HikariDataSource forSamples(int max) {
        return pool("holdfast-samples", source(), 0, max);
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

    /** A connection to a server that takes no writes any more is no use to us. */
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
        source.setConnectTimeout(seconds(settings.pool().connectTimeout()));
        source.setTcpKeepAlive(true);
        if (settings.pooler()) {
            source.setPrepareThreshold(0);
        } else {
            source.setOptions(options(""));
        }
        secure(source);
        return source;
    }

    /** To the driver, TLS is required or off: what a server must show is up to our sockets. */
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
     * With the search path before; quoted, so that capital letters count. A pooler would refuse them, empty ones too.
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

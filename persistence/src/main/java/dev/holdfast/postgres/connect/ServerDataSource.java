package dev.holdfast.postgres.connect;

import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.GT;

/**
 * Opens connections with sessions in UTC, ends what former ones left behind, and explains known errors of connecting.
 * Used by {@link Connector}. Safe for all threads once it is configured.
 */
final class ServerDataSource extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    private final transient DatabaseSettings settings;
    private final transient FormerBackends formerBackends = new FormerBackends();

    ServerDataSource(DatabaseSettings settings) {
        this.settings = settings;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return getConnection(getUser(), getPassword());
    }

    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password) throws SQLException {
        Connection opened;
        try {
            opened = super.getConnection(user, password);
        } catch (SQLException e) {
            throw explained(e);
        }
        if (settings.pooler()) {
            return opened;
        }
        try (Statement statement = opened.createStatement()) {
            // The driver sets the time zone of the JVM when it connects, which overrides options.
            opened.setNetworkTimeout(Runnable::run, getConnectTimeout() * 1_000);
            statement.execute("set time zone 'UTC'");
            formerBackends.replaceBy(opened);
            opened.setNetworkTimeout(Runnable::run, getSocketTimeout() * 1_000);
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
    }

    private SQLException explained(SQLException e) {
        return Causes.of(e, Throwable.class)
                .map(this::known)
                .flatMap(Optional::stream)
                .findFirst()
                .<SQLException>map(reason -> new UnusableServerException(reason, e))
                .orElse(e);
    }

    private Optional<String> known(Throwable cause) {
        if (cause instanceof UntrustedServerException) {
            return Optional.ofNullable(cause.getMessage());
        }
        if (cause instanceof UnknownHostException) {
            return Optional.of("there is no host " + cause.getMessage());
        }
        // The driver has one SQLSTATE for every refusal of a server, and translates its messages.
        TlsMode mode = settings.tls().mode();
        boolean noTls = mode != TlsMode.DISABLE
                && String.valueOf(cause.getMessage()).equals(GT.tr("The server does not support SSL."));
        return noTls
                ? Optional.of("the server " + settings.address().hostsText() + " has no TLS (database-tls is " + mode
                        + "): switch TLS on in the server, or set database-tls to disable if the way to it is safe")
                : Optional.empty();
    }
}

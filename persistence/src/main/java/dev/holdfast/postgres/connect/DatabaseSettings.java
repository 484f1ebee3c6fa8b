package dev.holdfast.postgres.connect;

import dev.holdfast.admin.CopiedValues;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the connections to a database. Made by the program that starts a node, with {@link #of}, and changed
 * by methods that return a changed copy and throw {@link IllegalArgumentException}. Immutable.
 */
public final class DatabaseSettings {
    private static final class Values extends CopiedValues<Values> {
        DatabaseAddress address;
        DatabaseTls tls;

        @Nullable
        String channelBinding;

        PoolSettings pool = PoolSettings.defaults();
        List<String> searchPath = List.of();
        boolean pooler;

        Values(DatabaseAddress address, DatabaseTls tls) {
            this.address = address;
            this.tls = tls;
        }
    }

    private final Values values;

    private DatabaseSettings(Values values) {
        this.values = values;
        if (values.pooler && !values.searchPath.isEmpty()) {
            throw new IllegalArgumentException("search-path cannot be used with pooler: a pooler shares sessions");
        }
        for (String schema : values.searchPath) {
            if (!schema.matches("[A-Za-z0-9_]+")) {
                throw new IllegalArgumentException("search-path has \"" + schema
                        + "\": expected names of A-Z, a-z, 0-9 and _, several with commas");
            }
        }
    }

    /** The database of this URL, in either form of {@link DatabaseUrl}, with defaults for the rest. */
    public static DatabaseSettings of(String url) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        DatabaseSettings settings =
                of(parsed.address(), DatabaseTls.of(parsed.address(), parsed.tls(), Optional.empty()));
        return parsed.channelBinding().map(settings::channelBinding).orElse(settings);
    }

    /** The database at this address, with defaults for the rest. */
    public static DatabaseSettings of(DatabaseAddress address, DatabaseTls tls) {
        return new DatabaseSettings(new Values(address, tls));
    }

    private DatabaseSettings with(Consumer<Values> change) {
        return new DatabaseSettings(values.with(change));
    }

    /** Sets the TLS of the connections. */
    public DatabaseSettings tls(DatabaseTls other) {
        return with(changed -> changed.tls = other);
    }

    /** Sets channel binding: {@code disable}, {@code prefer} or {@code require}; the driver prefers it by default. */
    public DatabaseSettings channelBinding(String mode) {
        return with(changed -> changed.channelBinding = mode);
    }

    /** Sets the pool for reads. */
    public DatabaseSettings pool(PoolSettings settings) {
        return with(changed -> changed.pool = settings);
    }

    /** Sets the sizes of the pool for reads. */
    public DatabaseSettings pool(int min, int max) {
        return pool(values.pool.sizes(min, max));
    }

    /**
     * Sets the schemas that sessions search, names of {@code A-Z a-z 0-9 _}, for other code on these connections;
     * statements of Holdfast are qualified. Not behind a pooler.
     */
    public DatabaseSettings searchPath(List<String> schemas) {
        return with(changed -> changed.searchPath = List.copyOf(schemas));
    }

    /** Says that a pooler in transaction mode is in front of the server: sessions are then left unchanged. */
    public DatabaseSettings behindPooler() {
        return with(changed -> changed.pooler = true);
    }

    /** Hosts, ports, database and login. */
    public DatabaseAddress address() {
        return values.address;
    }

    /** See {@link #tls(DatabaseTls)}. */
    public DatabaseTls tls() {
        return values.tls;
    }

    /** See {@link #channelBinding(String)}. */
    public Optional<String> channelBinding() {
        return Optional.ofNullable(values.channelBinding);
    }

    /** See {@link #pool(PoolSettings)}. */
    public PoolSettings pool() {
        return values.pool;
    }

    /** See {@link #searchPath(List)}. */
    public List<String> searchPath() {
        return values.searchPath;
    }

    /** See {@link #behindPooler}. */
    public boolean pooler() {
        return values.pooler;
    }

    /** The address only, which omits the password: the rest may contain certificates. */
    @Override
    public String toString() {
        return "DatabaseSettings[address=" + values.address + "]";
    }
}

package dev.holdfast.server;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.Durability;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.doctor.Doctor;
import dev.holdfast.postgres.doctor.Finding;
import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.postgres.schema.SchemaState;
import dev.holdfast.server.auth.ApiKeyText;
import dev.holdfast.server.auth.NewApiKey;
import dev.holdfast.server.config.StoreKind;
import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.routes.ApiKeyView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of a node, and all that this module knows of PostgreSQL. Opened by the thread that starts the node,
 * closed after the engine.
 */
public final class PostgresNodeStore implements NodeStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresNodeStore.class);
    private static final int SAMPLES_MAX = 4;
    private static final int KEYS_MAX = 4;
    /** Who does what is done by whoever may write to it. */
    private static final String ON_DATABASE = "database";

    private final PostgresConfig config;
    private final HikariDataSource pool;
    private final @Nullable EmbeddedServer embedded;

    private PostgresNodeStore(PostgresConfig config, @Nullable EmbeddedServer embedded) {
        this.config = config;
        this.pool = connector(config).forSamples(SAMPLES_MAX);
        this.embedded = embedded;
    }

    /** The one that is given, or an embedded server, which it starts. */
    static PostgresNodeStore open(NodeConfig node) {
        if (node.database().isPresent()) {
            PostgresConfig config = named(PostgresConfig.of(node.database().orElseThrow()), node);
            requireDurable(config, node.unsafe());
            return new PostgresNodeStore(config, null);
        }
        EmbeddedServer embedded = EmbeddedServer.start(node.data());
        return new PostgresNodeStore(named(PostgresConfig.of(embedded.jdbcUrl()), node), embedded);
    }

    /** The given one, else the host's; on a database of its own with what tells it from others on this host. */
    static String nameOf(NodeConfig node) {
        String host = PostgresConfig.defaults().nodeName();
        boolean ownDatabase =
                node.store() == StoreKind.POSTGRES && node.database().isEmpty();
        return node.nodeName().orElse(ownDatabase ? host + "-" + hash(node.data()) : host);
    }

    private static PostgresConfig named(PostgresConfig config, NodeConfig node) {
        PostgresConfig named = config.nodeName(nameOf(node));
        return node.lease().map(named::lease).orElse(named);
    }

    /** Throws {@link IllegalArgumentException} for what no node can have. */
    static void check(Optional<String> nodeName, Optional<Duration> lease) {
        nodeName.ifPresent(PostgresConfig.defaults()::nodeName);
        lease.ifPresent(PostgresConfig.defaults()::lease);
    }

    /** Tells nodes of one host apart, and is the same at every start on one directory. */
    private static String hash(Path data) {
        String path = data.toAbsolutePath().normalize().toString();
        return UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, 8);
    }

    /** Before anything is written: whoever runs on such a server must have said so. */
    private static void requireDurable(PostgresConfig config, boolean unsafe) {
        List<String> weaknesses = Durability.weaknesses(connector(config).plain());
        if (weaknesses.isEmpty()) {
            return;
        }
        String found = String.join("; ", weaknesses);
        if (!unsafe) {
            throw new HoldfastException(
                    "this server can lose what it has committed: " + found + ". Switch it on, or start with --unsafe");
        }
        LOG.warn("this server can lose what it has committed, and --unsafe accepts that: {}", found);
    }

    private static Connector connector(PostgresConfig config) {
        return new Connector(config.database().orElseThrow(), config.nodeName());
    }

    /** Brings the schema of this database up to date; returns how many migrations that took. */
    public static int migrate(DatabaseSettings database) {
        if (database.pooler()) {
            throw new HoldfastException(
                    "migrations need sessions of their own: set pooler to false, and give a URL that"
                            + " leads to the server itself");
        }
        return Migrations.migrate(connector(PostgresConfig.of(database)).plain());
    }

    /** What {@link #migrate} would do; changes nothing. */
    public static SchemaState schema(DatabaseSettings database) {
        return Migrations.state(connector(PostgresConfig.of(database)).plain());
    }

    /** Looks at this database, and writes nothing. */
    public static List<Finding> examine(DatabaseSettings database) {
        return Doctor.of(database).examine();
    }

    @Override
    public Holdfast.Builder engine(WorkflowRegistration registration, EngineConfig limits, boolean allowHalt) {
        Holdfast.Builder builder = PostgresHoldfast.on(config).config(limits);
        registration.register(builder, Optional.of(pool), allowHalt);
        return builder;
    }

    /** Brings the schema up to date before, as the first thing that needs it. */
    @Override
    public ApiKeys keys() {
        Migrations.migrate(pool);
        return ApiKeys.in(config);
    }

    /** Makes a key in this database, whose schema is brought up to date. Returns it with its secret. */
    public static String createKey(
            DatabaseSettings database,
            String name,
            String role,
            List<String> scopes,
            Optional<String> expires,
            Optional<String> reason) {
        NewApiKey wanted = NewApiKey.of(name, role, scopes, expires, reason);
        ApiKeyText text = ApiKeyText.random();
        migrate(database);
        var made = ApiKeys.in(PostgresConfig.of(database))
                .create(wanted.wanted(text, ON_DATABASE), wanted.decision(ON_DATABASE));
        return made.map(key -> new String(JsonWriter.bytes(ApiKeyView.made(key, text)), StandardCharsets.UTF_8))
                .orElseThrow(() -> new HoldfastException("there are as many API keys as there can be: revoke some"));
    }

    @Override
    public String nodeName() {
        return config.nodeName();
    }

    @Override
    public String connections() {
        DatabaseSettings settings = config.database().orElseThrow();
        return config.connections() + " (" + config.writers() + " writers, heartbeat, admission, "
                + (settings.pooler() ? "" : "listener, ") + "up to "
                + settings.pool().max() + " for reads), up to " + SAMPLES_MAX
                + " more for samples, up to " + KEYS_MAX + " for API keys";
    }

    @Override
    public Optional<String> psqlUrl() {
        return Optional.ofNullable(embedded).map(EmbeddedServer::psqlUrl);
    }

    @Override
    public void close() {
        pool.close();
        if (embedded != null) {
            embedded.close();
        }
    }
}

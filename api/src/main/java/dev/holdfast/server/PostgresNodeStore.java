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
import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.routes.ApiKeyView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in PostgreSQL; this class has all that this module knows of PostgreSQL. Opened by the thread that starts the
 * node, closed after the engine.
 */
public final class PostgresNodeStore implements NodeStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresNodeStore.class);
    private static final int BODIES_MAX = 4;
    private static final int KEYS_MAX = 4;
    /** The actor in the audit log of changes that are made directly in the database. */
    private static final String ON_DATABASE = "database";

    private final PostgresConfig config;
    private final HikariDataSource pool;
    private final @Nullable EmbeddedServer embedded;

    private PostgresNodeStore(PostgresConfig config, @Nullable EmbeddedServer embedded) {
        this.config = config;
        this.pool = connector(config).forBodies(BODIES_MAX);
        this.embedded = embedded;
    }

    /** Opens the configured database, or starts an embedded server. */
    static PostgresNodeStore open(NodeConfig node) {
        if (node.store().database().isPresent()) {
            PostgresConfig config =
                    named(PostgresConfig.of(node.store().database().orElseThrow()), node);
            requireDurable(config, node.store().unsafe());
            return new PostgresNodeStore(node.store().restored() ? config.asRestored() : config, null);
        }
        EmbeddedServer embedded = EmbeddedServer.start(node.store().data());
        return new PostgresNodeStore(named(PostgresConfig.of(embedded.jdbcUrl()), node), embedded);
    }

    /** The configured name, else the host's; with an embedded database also a hash that is unique on this host. */
    static String nameOf(NodeConfig node) {
        String host = PostgresConfig.defaults().nodeName();
        return node.nodeName()
                .orElse(
                        node.store().isEmbedded()
                                ? host + "-" + hash(node.store().data())
                                : host);
    }

    private static PostgresConfig named(PostgresConfig config, NodeConfig node) {
        PostgresConfig named = config.nodeName(nameOf(node));
        return node.lease().map(named::lease).orElse(named);
    }

    /** Throws {@link IllegalArgumentException} for an invalid name or lease. */
    static void check(Optional<String> nodeName, Optional<Duration> lease) {
        nodeName.ifPresent(PostgresConfig.defaults()::nodeName);
        lease.ifPresent(PostgresConfig.defaults()::lease);
    }

    /** Hashes the directory: distinguishes nodes of one host, and is stable over restarts. */
    private static String hash(Path data) {
        String path = data.toAbsolutePath().normalize().toString();
        return UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, 8);
    }

    /** Rejects a server that can lose commits, before the first write, unless the configuration accepts that. */
    private static void requireDurable(PostgresConfig config, boolean unsafe) {
        List<String> weaknesses = Durability.weaknesses(connector(config).plain());
        if (weaknesses.isEmpty()) {
            return;
        }
        String found = String.join("; ", weaknesses);
        if (!unsafe) {
            throw new HoldfastException("this database server can lose commits: " + found
                    + ". Enable these settings, or accept the risk with --unsafe");
        }
        LOG.warn("this database server can lose commits, which --unsafe accepts: {}", found);
    }

    private static Connector connector(PostgresConfig config) {
        return new Connector(config.database().orElseThrow(), config.nodeName());
    }

    /** Migrates the schema of this database; returns the number of applied migrations. */
    public static int migrate(DatabaseSettings database) {
        if (database.pooler()) {
            throw new HoldfastException(
                    "pooler is true, but migrations need their own sessions: set pooler to false, and use a URL of the"
                            + " server itself");
        }
        return Migrations.migrate(connector(PostgresConfig.of(database)).plain());
    }

    /** The state of the schema, with the migrations that are missing; changes nothing. */
    public static SchemaState schema(DatabaseSettings database) {
        return Migrations.state(connector(PostgresConfig.of(database)).plain());
    }

    /** Checks this database; writes nothing. */
    public static List<Finding> examine(DatabaseSettings database) {
        return Doctor.of(database).examine();
    }

    @Override
    public Holdfast.Builder engine(WorkflowRegistration registration, EngineConfig limits, boolean allowHalt) {
        Holdfast.Builder builder = PostgresHoldfast.on(config).config(limits);
        registration.register(builder, pool, allowHalt);
        return builder;
    }

    /** Migrates the schema first, because keys are the first data that a node reads. */
    @Override
    public ApiKeys keys() {
        Migrations.migrate(pool);
        return ApiKeys.in(config);
    }

    /** Migrates the schema of this database and creates a key in it. Returns the JSON of the key, with its secret. */
    public static String createKey(
            DatabaseSettings database,
            String name,
            String role,
            List<String> scopes,
            Optional<String> expires,
            Optional<String> reason) {
        NewApiKey newKey = NewApiKey.of(name, role, scopes, expires, reason);
        ApiKeyText text = ApiKeyText.random();
        migrate(database);
        var created = ApiKeys.in(PostgresConfig.of(database))
                .create(newKey.wanted(text, ON_DATABASE), newKey.options(ON_DATABASE));
        return created.map(key -> new String(JsonWriter.bytes(ApiKeyView.created(key, text)), StandardCharsets.UTF_8))
                .orElseThrow(() -> new HoldfastException(String.format(
                        Locale.ROOT,
                        "the limit of %,d active API keys is reached: revoke unused keys first",
                        ApiKeys.ACTIVE_MAX)));
    }

    @Override
    public String nodeName() {
        return config.nodeName();
    }

    @Override
    public String connections() {
        DatabaseSettings settings = config.database().orElseThrow();
        return config.connections() + " (" + config.writers() + " writers, heartbeat, keyed submissions, "
                + (settings.pooler() ? "" : "listener, ") + "up to " + config.lanes()
                + " for transactional steps, up to "
                + settings.pool().max() + " for reads), up to " + BODIES_MAX
                + " more for workflow code, up to " + KEYS_MAX + " for API keys";
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

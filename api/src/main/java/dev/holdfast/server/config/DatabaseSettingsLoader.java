package dev.holdfast.server.config;

import dev.holdfast.postgres.connect.DatabaseAddress;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.DatabaseTls;
import dev.holdfast.postgres.connect.DatabaseUrl;
import dev.holdfast.postgres.connect.PoolSettings;
import dev.holdfast.postgres.connect.TlsMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Loads the settings of a database connection: from a URL or from single fields, never from both; secrets may come from
 * files. Every command with a database calls it. An invalid setting throws {@link IllegalArgumentException} that names
 * the setting and never has a password. Stateless.
 */
public final class DatabaseSettingsLoader {
    /** Settings that identify a database without a URL. */
    private static final List<String> FIELDS = List.of(
            "database-host",
            "database-port",
            "database-name",
            "database-user",
            "database-password",
            "database-password-file");

    private static final Set<String> OTHERS = Set.of(
            "database-url",
            "database-url-file",
            "database-tls",
            "database-tls-ca",
            "database-tls-ca-file",
            "app-directory",
            "pool-min",
            "pool-max",
            "connect-timeout",
            "idle-timeout",
            "socket-timeout",
            "statement-timeout",
            "search-path",
            "pooler");

    private static final int PORT_UNSET = -1;

    private final Settings settings;

    private DatabaseSettingsLoader(Settings settings) {
        this.settings = settings;
    }

    /** The keys of all settings of databases. */
    public static Set<String> keys() {
        Set<String> all = new TreeSet<>(OTHERS);
        all.addAll(FIELDS);
        return all;
    }

    /** Whether the settings name a database. */
    public static boolean isNamed(Settings settings) {
        return settings.text("database-url").isPresent()
                || settings.text("database-url-file").isPresent()
                || FIELDS.stream().anyMatch(field -> settings.text(field).isPresent());
    }

    /** Loads the settings, with defaults for the rest. */
    public static DatabaseSettings load(Settings settings) {
        return new DatabaseSettingsLoader(settings).load();
    }

    private DatabaseSettings load() {
        Optional<DatabaseUrl> url = url();
        DatabaseAddress address = url.map(DatabaseUrl::address).orElseGet(this::fields);
        DatabaseTls tls = DatabaseTls.of(address, mode(url.flatMap(DatabaseUrl::tls)), authorities());
        DatabaseSettings plain = DatabaseSettings.of(address, tls)
                .pool(pool())
                .searchPath(settings.text("search-path")
                        .map(path -> List.of(path.split(",", -1)))
                        .orElse(List.of()));
        DatabaseSettings bound = url.flatMap(DatabaseUrl::channelBinding)
                .map(plain::channelBinding)
                .orElse(plain);
        return settings.flag("pooler") ? bound.behindPooler() : bound;
    }

    private Optional<DatabaseUrl> url() {
        Optional<String> text = SettingFile.textOrFile(settings, "database-url");
        List<String> fields =
                FIELDS.stream().filter(key -> settings.text(key).isPresent()).toList();
        if (text.isPresent() && !fields.isEmpty()) {
            throw new IllegalArgumentException("both database-url and " + String.join(", ", fields)
                    + " are set: use either the URL or the single settings");
        }
        return text.map(DatabaseUrl::parse);
    }

    private DatabaseAddress fields() {
        String hosts = settings.text("database-host")
                .orElseThrow(() -> new IllegalArgumentException("no database is given: use --database-url, "
                        + Settings.variable("database-url") + ", or " + Settings.variable("database-host")));
        int port = settings.number("database-port", PORT_UNSET);
        return DatabaseAddress.of(
                hosts,
                port == PORT_UNSET ? Optional.empty() : Optional.of(port),
                settings.text("database-name"),
                settings.text("database-user"),
                SettingFile.textOrFile(settings, "database-password"));
    }

    /** The TLS mode, which both the URL and a setting may have. */
    private Optional<TlsMode> mode(Optional<TlsMode> fromUrl) {
        Optional<TlsMode> mode = settings.text("database-tls").map(text -> TlsMode.of("database-tls", text));
        if (mode.isPresent() && fromUrl.isPresent()) {
            throw new IllegalArgumentException(
                    "both database-tls and sslmode in database-url are set: use one of them");
        }
        return mode.or(() -> fromUrl);
    }

    private Optional<String> authorities() {
        Optional<String> text = settings.text("database-tls-ca");
        Optional<String> file = settings.text("database-tls-ca-file");
        if (text.isPresent() && file.isPresent()) {
            throw new IllegalArgumentException(
                    "both database-tls-ca and database-tls-ca-file are set: use one of them");
        }
        Path directory = Path.of(settings.text("app-directory").orElse(""));
        return text.or(() -> file.map(name -> SettingFile.inside("database-tls-ca-file", directory, name)));
    }

    private PoolSettings pool() {
        PoolSettings defaults = PoolSettings.defaults();
        return defaults.sizes(settings.number("pool-min", defaults.min()), settings.number("pool-max", defaults.max()))
                .connectTimeout(settings.duration("connect-timeout", defaults.connectTimeout()))
                .idleTimeout(settings.duration("idle-timeout", defaults.idleTimeout()))
                .readTimeouts(
                        settings.duration("socket-timeout", defaults.socketTimeout()),
                        settings.duration("statement-timeout", defaults.statementTimeout()));
    }
}

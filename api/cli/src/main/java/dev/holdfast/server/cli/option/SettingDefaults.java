package dev.holdfast.server.cli.option;

import dev.holdfast.server.config.Settings;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Takes the defaults of options from the environment. Called by picocli; immutable. */
public final class SettingDefaults implements IDefaultValueProvider {
    /** Options with a variable: settings of a node outside its HTTP server, and settings of clients. */
    public static final Set<String> OPTIONS = Set.of(
            "host",
            "port",
            "database-url",
            "node-name",
            "lease",
            "samples",
            "unsafe",
            "data",
            "url",
            "log-format",
            "store",
            "key",
            "key-file",
            "ca-file");

    private final Settings settings;

    public SettingDefaults(Settings settings) {
        this.settings = settings;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String key = key(option);
        return OPTIONS.contains(key)
                ? settings.text(key)
                        .filter(value -> !Settings.isServiceLink(value))
                        .orElse(null)
                : null;
    }

    /** The setting key of an option. */
    public static String key(OptionSpec option) {
        return option.longestName().substring(2);
    }
}

package dev.holdfast.server.cli.option;

import dev.holdfast.server.config.Settings;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options that are settings too take their default from the environment. */
public final class SettingDefaults implements IDefaultValueProvider {
    /** Settings of a node that are no settings of its server, and those of clients. */
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

    /** The setting that an option is, if it is one. */
    public static String key(OptionSpec option) {
        return option.longestName().substring(2);
    }
}

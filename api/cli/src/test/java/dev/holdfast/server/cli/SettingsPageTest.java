package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.EngineConfig;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.server.cli.node.NodeRun;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/configuration.md and the code have the same settings. */
class SettingsPageTest {
    private static final Path PAGE = Path.of("../../docs/configuration.md");
    private static final Pattern NAME = Pattern.compile("`([a-z][a-z-]*)`");

    /** The first column of all tables of settings. */
    private static Set<String> documented() throws IOException {
        Set<String> names = new TreeSet<>();
        boolean inside = false;
        for (String line : Files.readAllLines(PAGE)) {
            inside = line.startsWith("| setting |") || inside && line.startsWith("|");
            Matcher name = NAME.matcher(inside ? line.split("\\|", 3)[1] : "");
            while (name.find()) {
                assertThat(names.add(name.group(1)))
                        .as("%s stands once", name.group(1))
                        .isTrue();
            }
        }
        return names;
    }

    @Test
    void everySettingStandsInItAndNoOther() throws IOException {
        assertThat(documented()).containsExactlyElementsOf(NodeRun.known());
    }

    /** The first column of the table of this class. */
    private static List<String> documented(Class<?> config) throws IOException {
        String page = Files.readString(PAGE);
        String table = page.substring(page.indexOf("| `" + config.getSimpleName() + "` |"));
        return Pattern.compile("(?m)^\\| `(\\w+)` \\|")
                .matcher(table.substring(0, table.indexOf("\n\n")))
                .results()
                .map(row -> row.group(1))
                .filter(name -> !name.equals(config.getSimpleName()))
                .toList();
    }

    private static List<String> members(Class<?> config, String... derived) {
        return Arrays.stream(config.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getParameterCount() == 0 && method.getReturnType() != config)
                .map(Method::getName)
                .filter(name -> !name.equals("toString") && !List.of(derived).contains(name))
                .toList();
    }

    @Test
    void everyMemberOfAConfigStandsInItAndNoOther() throws IOException {
        assertThat(documented(EngineConfig.class)).containsExactlyInAnyOrderElementsOf(members(EngineConfig.class));
        assertThat(documented(PostgresConfig.class))
                .containsExactlyInAnyOrderElementsOf(members(PostgresConfig.class, "pooler", "connections"));
    }

    @Test
    void theTestFindsTheTables() throws IOException {
        assertThat(documented()).containsAll(List.of("database-url", "pool-max", "port", "search-path"));
    }
}

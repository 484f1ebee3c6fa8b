package dev.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** docs/command-line.md has exactly the commands and options that exist. */
class CommandPageTest {
    private static final Path PAGE = Path.of("..", "docs", "command-line.md");
    private static final Pattern SECTION = Pattern.compile("(?ms)^### (\\S[^\\n]*)\\n(.*?)(?=^##|\\z)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(--[a-z-]+)");
    /** Options in the common table. */
    private static final Set<String> COMMON =
            Set.of("--help", "--version", "--url", "--key", "--key-file", "--ca-file", "--json");

    private static Map<String, Set<String>> documented() throws IOException {
        return SECTION.matcher(Files.readString(PAGE))
                .results()
                .collect(Collectors.toMap(
                        section -> section.group(1),
                        section -> options(section.group(2)),
                        (a, b) -> a,
                        LinkedHashMap::new));
    }

    private static Set<String> options(String text) {
        return ROW.matcher(text)
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Set<String>> existing() {
        return CommandsTest.commands()
                .filter(command -> command.parent() != null)
                .collect(Collectors.toMap(
                        command -> command.qualifiedName().replaceFirst("^holdfast ", ""), CommandPageTest::options));
    }

    private static Set<String> options(CommandSpec command) {
        return command.options().stream()
                .map(OptionSpec::longestName)
                .filter(name -> !COMMON.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void namesEachCommandWithItsOptions() throws IOException {
        assertThat(documented()).containsExactlyInAnyOrderEntriesOf(existing());
    }

    @Test
    void namesTheCommonOptions() throws IOException {
        String common = Files.readString(PAGE).split("(?m)^### ", 2)[0];

        assertThat(options(common)).isEqualTo(new TreeSet<>(COMMON));
    }

    @Test
    void namesTheVariables() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(CommandsTest.commands()
                        .flatMap(command -> Stream.of(command.commandLine().getUsageMessage())
                                .flatMap(help -> Pattern.compile("HOLDFAST_[A-Z_]+")
                                        .matcher(help)
                                        .results()
                                        .map(MatchResult::group))))
                .isNotEmpty()
                .allMatch(page::contains);
    }
}

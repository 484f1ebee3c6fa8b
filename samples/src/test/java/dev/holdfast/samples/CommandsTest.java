package dev.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The required parts of the manual page of every command. */
class CommandsTest {
    private static final Set<String> DURATIONS = Set.of("--wait", "--lease", "--seconds", "--warm-up");
    private static final Pattern UNIT = Pattern.compile("\\d s\\b|[Ss]econds|\\d(ms|s)\\b");
    private static final Pattern EXAMPLE = Pattern.compile("\\./holdfast([^;#)]*)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    /** All commands and subcommands. */
    static Stream<CommandSpec> commands() {
        return withBelow(Main.commandLine());
    }

    private static Stream<CommandSpec> withBelow(CommandLine command) {
        return Stream.concat(
                Stream.of(command.getCommandSpec()),
                command.getSubcommands().values().stream().flatMap(CommandsTest::withBelow));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hasAPurpose(CommandSpec command) {
        assertThat(command.usageMessage().description()).isNotEmpty().allMatch(line -> line.endsWith("."));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void explainsItsExitStatus(CommandSpec command) {
        assertThat(command.usageMessage().exitCodeList()).containsKeys("0", "1", "2");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hasExamplesThatAreRightUsage(CommandSpec command) {
        List<String> examples = List.of(command.usageMessage().footer());

        assertThat(examples).isNotEmpty().allMatch(line -> line.startsWith("  "));
        assertThat(examples).anyMatch(line -> line.contains("./" + command.qualifiedName()));
        for (String example : examples) {
            Matcher call = EXAMPLE.matcher(example);
            assertThat(call.find()).as(example).isTrue();
            Main.commandLine().parseArgs(words(call.group(1)));
        }
    }

    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(Stream.of(1, 2, 3)
                    .map(word::group)
                    .filter(part -> part != null)
                    .findFirst()
                    .orElse(""));
        }
        return words.toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void describesEachOptionAndParameter(CommandSpec command) {
        assertThat(command.args()).allSatisfy(argument -> {
            assertThat(String.join(" ", argument.description())).endsWith(".").hasSizeGreaterThan(10);
            assertThat(argument.arity().max() == 0 || !argument.paramLabel().startsWith("<"))
                    .as("has a name of its own for its value")
                    .isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void namesTheUnitOfEachDuration(CommandSpec command) {
        assertThat(command.options()).filteredOn(CommandsTest::isDuration).allSatisfy(option -> {
            assertThat(option.paramLabel()).isIn("SECONDS", "TIME");
            assertThat(String.join(" ", option.description())).containsPattern(UNIT);
        });
    }

    private static boolean isDuration(OptionSpec option) {
        return option.type() == Duration.class
                || option.paramLabel().equals("SECONDS")
                || DURATIONS.contains(option.longestName());
    }
}

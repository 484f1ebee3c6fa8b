package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line without a node: help, wrong usage, connection errors. */
class UsageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing",
                "list --colour",
                "show",
                "submit",
                "submit a {} b",
                "submit a --wait soon",
                "submit a --label x",
                "list --url ftp://host",
                "list --url http://a/b?c",
                "list --url http://:7070",
                "list --url http://a:70700",
                "list --url http://a_b:7070",
                "list --url http://a|b",
                "signal",
                "signal a",
                "signal a b {} c",
                "signal a b --wait 5",
                "cancel",
                "cancel a b",
                "cancel a --wait soon",
                "terminate a",
                "terminate --reason x",
                "erase a",
                "erase --reason x",
                "erase a --reason x --wait soon",
                "scrub a",
                "scrub a b --reason x",
                "retention",
                "retention list a",
                "retention set a 30d",
                "retention set a --reason x",
                "retention set a b c d --reason x",
                "retention set a FAILED soon --reason x",
                "retention drop a",
                "retention drop --reason x",
                "retention drop a b c --reason x",
                "nodes a",
                "adopt",
                "adopt a",
                "adopt --list --reason x",
                "adopt --reason x --limit 5",
                "keys",
                "keys create a",
                "keys create --role admin",
                "keys create a --role root --database-url postgresql://host/db",
                "keys create a --role admin --database-url mysql://host/db",
                "keys list a",
                "keys revoke",
                "watch a b",
                "completion",
                "completion fish",
                "watch a --type b",
                "watch a --waiting-for timer",
                "definitions a",
                "health a",
                "dead-letters",
                "dead-letters nothing",
                "dead-letters list --colour",
                "dead-letters show",
                "dead-letters retry a",
                "dead-letters retry --reason x",
                "dead-letters discard a",
                "dead-letters discard a --reason x --wait soon",
                "dev --port many",
                "dev --port 70000",
                "serve",
                "serve --database-url mysql://host/db",
                "serve --database-url postgresql://host/db --host 0.0.0.0",
                "serve --database-url postgresql://host/db --lease soon",
                "serve --store memory --restored",
                "serve --database-url postgresql://host/db --log-format xml",
                "migrate",
                "migrate --database-url mysql://host/db",
                "doctor",
                "doctor --database-url mysql://host/db"
            })
    void wrongUsageIsStatusTwo(String line) {
        CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" "));

        run.assertStatus(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).containsAnyOf("Usage: holdfast", "Did you mean: holdfast");
    }

    @Test
    void explainsRejectedHosts() {
        CommandRun run = CommandRun.of("serve", "--database-url", "postgresql://host/db", "--host", "0.0.0.0");

        assertThat(run.err()).contains("host is 0.0.0.0").contains("loopback only");
    }

    @Test
    void explainsTheAddressOfAService() {
        Map<String, String> pod = Map.of(
                "HOLDFAST_PORT", "tcp://10.96.0.7:7070",
                "HOLDFAST_SERVICE_HOST", "10.96.0.7",
                "HOLDFAST_DATABASE_URL", "postgresql://host/db");

        CommandRun run = CommandRun.of(pod, "serve");

        run.assertStatus(2);
        assertThat(run.err()).contains("HOLDFAST_PORT").contains("Kubernetes").contains("enableServiceLinks: false");
    }

    @Test
    void rejectsALeaseThatCannotBeKept() {
        CommandRun run = CommandRun.of("serve", "--database-url", "postgresql://host/db", "--lease", "1ms");

        run.assertStatus(2);
        assertThat(run.err()).contains("lease is 1 ms").contains("100 ms");
    }

    @Test
    void rejectsUnknownSettings() {
        CommandRun run =
                CommandRun.of(Map.of("HOLDFAST_PROT", "1", "HOLDFAST_DATABASE_URL", "postgresql://host/db"), "serve");

        run.assertStatus(2);
        assertThat(run.err()).contains("HOLDFAST_PROT is not a setting");
    }

    @Test
    void takesEveryOptionOfServeFromTheEnvironment() {
        Map<String, String> environment = Map.of(
                "HOLDFAST_DATABASE_URL", "postgresql://host/db", "HOLDFAST_HOST", "10.0.0.1", "HOLDFAST_LEASE", "9s");

        assertThat(CommandRun.of(environment, "serve").assertStatus(2).err()).contains("host is 10.0.0.1");
        assertThat(CommandRun.of(environment, "serve", "--host", "10.0.0.2")
                        .assertStatus(2)
                        .err())
                .contains("host is 10.0.0.2");
    }

    @ParameterizedTest
    @CsvSource({
        "shw, holdfast show",
        "dead-leters, holdfast dead-letters",
        "dead-letters retri, dead-letters retry",
        "help submitt, holdfast submit",
        "list --statu=x, --status",
    })
    void suggestsTheNearestName(String line, String nearest) {
        CommandRun run = CommandRun.of(line.split(" ")).assertStatus(2);

        assertThat(run.err()).contains(nearest).endsWith(" --help`.\n").hasLineCount(3);
    }

    @Test
    void helpIsTheManualPage() {
        assertThat(CommandRun.of("help").assertStatus(0).out())
                .isEqualTo(CommandRun.of("--help").out())
                .isEqualTo(CommandRun.of().err());
        assertThat(CommandRun.of("help", "dead-letters", "retry")
                        .assertStatus(0)
                        .out())
                .isEqualTo(CommandRun.of("dead-letters", "retry", "--help").out())
                .contains("\nExit status:\n", "\nExamples:\n", "HOLDFAST_URL ");
    }

    @Test
    void printsItsVersion() {
        CommandRun run = CommandRun.of("--version").assertStatus(0);

        assertThat(run.out()).matches("holdfast \\S+ \\(JDK .+\\)\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dev ",
                "serve ",
                "migrate ",
                "doctor ",
                "submit ",
                "list ",
                "show ",
                "history ",
                "watch ",
                "completion ",
                "result ",
                "signal ",
                "cancel ",
                "terminate ",
                "erase ",
                "scrub ",
                "retention ",
                "retention list ",
                "retention set ",
                "retention drop ",
                "nodes ",
                "adopt ",
                "keys ",
                "keys create ",
                "keys list ",
                "keys revoke ",
                "definitions ",
                "health ",
                "help ",
                "dead-letters ",
                "dead-letters list ",
                "dead-letters show ",
                "dead-letters retry ",
                "dead-letters discard "
            })
    void helpsWithEveryCommand(String command) {
        CommandRun run = CommandRun.of((command + "--help").split(" "));

        run.assertStatus(0);
        assertThat(run.out()).startsWith("Usage: holdfast " + command);
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 120);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "submit a",
                "list",
                "show a",
                "history a",
                "watch a",
                "watch",
                "result a",
                "signal a b",
                "cancel a",
                "terminate a --reason x",
                "erase a --reason x",
                "scrub a --reason x",
                "retention list",
                "retention set a 30d --reason x",
                "retention drop a FAILED --reason x",
                "nodes",
                "adopt --list",
                "adopt --reason x",
                "keys create a --role admin",
                "keys list",
                "keys revoke a",
                "definitions",
                "health",
                "dead-letters list",
                "dead-letters show a",
                "dead-letters retry a --reason x",
                "dead-letters discard a --reason x"
            })
    void saysSoWhenNoServerIsThere(String command) throws IOException {
        String url = "http://127.0.0.1:" + freePort();

        CommandRun run = CommandRun.of((command + " --url " + url).split(" "));

        run.assertStatus(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("No server responds at " + url
                        + ".\nStart one with `./holdfast dev`. "
                        + "Set --url or HOLDFAST_URL to the address of the node.\n");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

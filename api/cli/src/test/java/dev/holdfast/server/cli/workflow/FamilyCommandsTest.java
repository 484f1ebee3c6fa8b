package dev.holdfast.server.cli.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.cli.CommandRun;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the commands show of a parent, its children and its branches. */
class FamilyCommandsTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static String ordered;
    private static String approves;
    /** Nobody waits for it. */
    private static String sleeps;

    @BeforeAll
    static void start() {
        server.post("/v1/workflows/test.family?id=family-1", ServerFixture.ORDER)
                .assertStatus()
                .isEqualTo(202);
        Deadline.until(() -> show("family-1", "--json").json().path("waits").size(), waits -> waits == 2);
        ordered = only("test.order");
        approves = only("test.approves");
        sleeps = only("test.sleeps");
    }

    private static String only(String type) {
        return server.get("/v1/workflows?type=" + type)
                .json()
                .path("items")
                .path(0)
                .path("id")
                .asString();
    }

    private static CommandRun show(String... arguments) {
        return run(Stream.concat(Stream.of("show"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.on(server.url(), arguments).assertStatus(0);
    }

    @Test
    void showPrintsTheChildrenAndAllWaits() {
        String url = " --url " + server.url();

        assertThat(show("family-1").out())
                .contains("\nwaitingFor  signal approval\n            child test.approves\nlastError ")
                .doesNotContain("parent  ", "startedBy", "waits  ")
                .contains("            " + ordered + "  test.order  COMPLETED\n")
                .contains("children    " + approves + "  test.approves  WAITING\n")
                .endsWith("\n\nAll its branches wait, and each continues when its own wait is over. `./holdfast history"
                        + " family-1" + url + "` shows how far they came.\n"
                        + "Send a signal with `./holdfast signal family-1 NAME PAYLOAD" + url + "`.\n"
                        + "`./holdfast list --parent family-1" + url + "` shows its children; one that is parked waits"
                        + " for a decision on its dead letter.\n");
    }

    @Test
    void showPrintsTheParentOrTheStarter() {
        assertThat(show(approves).out())
                .contains("\nparent      family-1 (call 0 of branch 1.1)\n")
                .doesNotContain("startedBy", "children");
        assertThat(show(sleeps).out()).contains("\nstartedBy   family-1\n").doesNotContain("parent");
    }

    @Test
    void listFindsTheChildren() {
        List<String> lines = run("list", "--parent", "family-1").lines();

        assertThat(lines).hasSize(3).noneMatch(line -> line.contains("test.sleeps"));
        assertThat(run("list", "--parent", "family-1", "--status", "completed").lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith(ordered);
        assertThat(run("list", "--parent", ordered).lines()).hasSize(1);
        assertThat(CommandRun.on(server.url(), "list", "--parent", "a b")
                        .assertStatus(2)
                        .err())
                .contains("--parent", "\"a b\"", "expected 1 to 200 of A-Za-z0-9._:@-");
    }

    @Test
    void historyDrawsTheFamily() {
        String out = run("history", "family-1").out();

        assertThat(out)
                .containsPattern("1 .*test\\.sleeps " + sleeps + " +detached")
                .containsPattern(" +join 1\n")
                .containsPattern("├─ 1\\.0  test\\.order " + ordered + " +started")
                .containsPattern("│       test\\.order " + ordered + " +taken")
                .containsPattern("└─ 1\\.1  test\\.approves " + approves + " +started");
    }

    @Test
    void watchNamesBranchesAndChildren() {
        String id = server.run("test.order", ServerFixture.ORDER).text("id");
        JsonNode items = run("history", "family-1", "--json").json().path("items");

        assertThat(items.valueStream().map(WatchLines::item).map(line -> line.substring(line.indexOf("  ") + 2)))
                .contains(
                        "child test.sleeps " + sleeps + ": detached",
                        "child test.approves " + approves + " (branch 1.1): started");
        assertThat(run("history", id, "--json")
                        .json()
                        .path("items")
                        .valueStream()
                        .map(WatchLines::item))
                .anyMatch(line -> line.contains("  step price (position 0), attempt 1: succeeded"));
        assertThat(WatchLines.item(json("{'kind':'step','name':'ask','branch':'0.1','position':2,'attempt':1,"
                        + "'state':'started','startedAt':'2026-01-31T12:00:00Z'}")))
                .isEqualTo("2026-01-31T12:00:00Z  step ask (branch 0.1, position 2), attempt 1: started");
        assertThat(WatchLines.item(json("{'kind':'marker','name':'insure','branch':'0.1','state':'set',"
                        + "'startedAt':'2026-01-31T12:00:00Z'}")))
                .isEqualTo("2026-01-31T12:00:00Z  marker insure (branch 0.1): set");
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    /** More children than are shown, and more waits. */
    @Test
    void showIsBounded() {
        try (ServerFixture other = ServerFixture.start()) {
            String id =
                    other.post("/v1/workflows/test.fan", ServerFixture.ORDER).text("id");
            Deadline.until(
                    () -> CommandRun.on(other.url(), "show", id, "--json")
                            .json()
                            .path("waits")
                            .size(),
                    waits -> waits == 13);
            List<String> lines = CommandRun.on(other.url(), "show", id).lines();

            assertThat(lines).contains("            and 3 more, see --json");
            int first = IntStream.range(0, lines.size())
                    .filter(at -> lines.get(at).startsWith("children  "))
                    .findFirst()
                    .orElseThrow();
            assertThat(lines.subList(first, first + 10)).allMatch(line -> line.contains("  test.sleeps  "));
            assertThat(lines.get(first + 10))
                    .isEqualTo("            more: ./holdfast list --parent " + id + " --url " + other.url());
        }
    }

    @Test
    void aKeyWithScopesIsToldHowToListChildren() {
        try (ServerFixture other = ServerFixture.start()) {
            String id =
                    other.post("/v1/workflows/test.family", ServerFixture.ORDER).text("id");
            Deadline.until(
                    () -> other.get("/v1/workflows/" + id).json().path("waits").size(), waits -> waits == 2);
            String key = other.makeKey(Role.VIEWER, "test.family");

            assertThat(CommandRun.on(other.url(), "show", id, "--key", key)
                            .assertStatus(0)
                            .out())
                    .contains("children    ./holdfast list --parent " + id + " --type TYPE --url " + other.url()
                            + " shows those of a type that this key may see\n");
        }
    }
}

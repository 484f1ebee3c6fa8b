package dev.holdfast.server.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.cli.CommandRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The audit log on the command line. */
class AuditCommandTest {
    @RegisterExtension
    private final ServerFixture server = ServerFixture.start();

    private CommandRun audit(String... more) {
        String[] arguments = new String[more.length + 1];
        arguments[0] = "audit";
        System.arraycopy(more, 0, arguments, 1, more.length);
        return CommandRun.on(server.url(), arguments);
    }

    private void change(int times) {
        for (int i = 0; i < times; i++) {
            server.store
                    .admin()
                    .retain(
                            new RetentionRule(Optional.empty(), Optional.empty(), Optional.of(Duration.ofDays(1 + i))),
                            ActionOptions.because("change\n" + i).by("ann"));
        }
    }

    @Test
    void isATableForPeople() {
        change(2);
        List<String> lines = audit("--limit", "3").assertStatus(0).lines();

        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst()).startsWith("AT ").endsWith("REASON");
        assertThat(lines.get(1)).contains("RETAIN  * *     ann    APPLIED    -       change 1");
        assertThat(lines.get(2)).contains("  requested ");
        assertThat(audit("--limit", "3").err()).startsWith("There are more: --cursor ");
        assertThat(audit("--actor", "bob").assertStatus(0).lines()).hasSize(1);
        assertThat(audit("--action", "retain", "--target", "* *", "--json")
                        .json()
                        .path("items"))
                .hasSize(4);
    }

    @Test
    void isExportedWholeForPrograms() {
        change(600);
        CommandRun export = audit("--export").assertStatus(0);

        List<JsonNode> rows =
                export.lines().stream().map(JsonMapper.shared()::readTree).toList();
        assertThat(rows).hasSize(1_200);
        assertThat(rows.stream().map(row -> row.path("id").asString() + row.path("decided")))
                .doesNotHaveDuplicates();
        assertThat(rows.getFirst().path("reason").asString()).isEqualTo("change\n599");
        assertThat(rows.getLast().path("reason").asString()).isEqualTo("change\n0");
        assertThat(export.err()).isEmpty();
        assertThat(audit("--export", "--actor", "bob").assertStatus(0).out()).isEmpty();
        assertThat(audit("--export", "--limit", "3").assertStatus(2).err()).contains("leave --limit out");
    }
}

package dev.holdfast.server.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.http.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** API keys on the command line: created, used, revoked; and requests over TLS. */
@Timeout(120)
class KeysCommandsTest {
    @TempDir
    private Path directory;

    private static String key(CommandRun created) {
        return created.assertStatus(0).out().strip();
    }

    @Test
    void makesListsAndRevokesThem() {
        try (ServerFixture server = ServerFixture.start()) {
            CommandRun created = CommandRun.on(server.url(), "keys", "create", "ann", "--role", "admin");
            Map<String, String> ann = Map.of("HOLDFAST_KEY", key(created), "HOLDFAST_URL", server.url());
            assertThat(key(created)).matches("hf_[0-9a-v]{8}_[0-9a-v]{52}");
            assertThat(created.err()).startsWith("Store the key now: it is not shown again. Its id is ");

            assertThat(CommandRun.on(server.url(), "keys", "list")
                            .assertStatus(1)
                            .err())
                    .startsWith("UNAUTHENTICATED: ")
                    .contains("HOLDFAST_KEY, --key-file or --key");
            CommandRun shop = CommandRun.of(
                    ann,
                    "keys",
                    "create",
                    "shop",
                    "--role",
                    "viewer",
                    "--scope",
                    "test.",
                    "--scope",
                    "shop.",
                    "--expires-in",
                    "90d",
                    "--json");
            CommandRun list = CommandRun.of(ann, "keys", "list").assertStatus(0);
            assertThat(list.lines()).hasSize(3);
            assertThat(list.lines().getFirst()).startsWith("ID ").endsWith("REVOKED");
            assertThat(list.lines().get(1)).contains("shop", "VIEWER", "test.,shop.");
            assertThat(list.out()).doesNotContain(key(created));

            String id = shop.json().path("id").asString();
            Map<String, String> shops =
                    Map.of("HOLDFAST_KEY", shop.json().path("key").asString(), "HOLDFAST_URL", server.url());
            CommandRun.of(shops, "list", "--type", "test.order").assertStatus(0);
            assertThat(CommandRun.of(shops, "cancel", "a").assertStatus(1).err())
                    .startsWith("FORBIDDEN: ");
            CommandRun revoked = CommandRun.of(ann, "keys", "revoke", id).assertStatus(0);
            assertThat(revoked.out()).startsWith(id + "  revoked at ");
            assertThat(revoked.err()).as("there is another key").isEmpty();
            assertThat(CommandRun.of(shops, "list").assertStatus(1).err()).startsWith("UNAUTHENTICATED: ");
            CommandRun.of(Map.of("HOLDFAST_URL", server.url()), "health").assertStatus(0);

            String last = CommandRun.of(ann, "keys", "list", "--json")
                    .json()
                    .path("items")
                    .valueStream()
                    .filter(key -> key.path("name").asString().equals("ann"))
                    .findFirst()
                    .orElseThrow()
                    .path("id")
                    .asString();
            assertThat(CommandRun.of(ann, "keys", "revoke", last)
                            .assertStatus(0)
                            .err())
                    .contains("no API key is left", "without a key", "rejects all requests")
                    .hasLineCount(1);
        }
    }

    @Test
    void takesTheKeyFromAFileAndWarnsOfTheCommandLine() throws IOException {
        try (ServerFixture server = ServerFixture.start()) {
            String key = key(CommandRun.on(server.url(), "keys", "create", "ann", "--role", "viewer"));
            Path file = Files.writeString(directory.resolve("key"), key + "\n");

            CommandRun quiet = CommandRun.on(server.url(), "nodes", "--key-file", file.toString());
            assertThat(quiet.assertStatus(0).err()).isEmpty();
            CommandRun warned = CommandRun.on(server.url(), "nodes", "--key", key);
            assertThat(warned.assertStatus(0).err())
                    .contains("HOLDFAST_KEY")
                    .hasLineCount(1)
                    .doesNotContain(key);
            CommandRun none = CommandRun.on(server.url(), "nodes", "--key-file", directory + "/none");
            assertThat(none.assertStatus(2).err())
                    .startsWith("--key-file is ")
                    .contains("none, which cannot be read: there is no such file");
            CommandRun broken = CommandRun.on(server.url(), "nodes", "--key", key + "\u0001secret");
            assertThat(broken.assertStatus(1).err()).doesNotContain(key).doesNotContain("secret");
        }
    }

    @Test
    void makesTheFirstOneOnTheDatabase() {
        try (TestDatabase database = TestDatabase.create()) {
            Map<String, String> environment = Map.of("HOLDFAST_DATABASE_URL", database.jdbcUrl());

            CommandRun first = CommandRun.of(environment, "keys", "create", "ann", "--role", "admin", "--json");
            assertThat(first.json().path("role").asString()).isEqualTo("ADMIN");
            assertThat(first.json().path("createdBy").asString()).isEqualTo("database");
            CommandRun second =
                    CommandRun.of("keys", "create", "bob", "--role", "viewer", "--database-url", database.jdbcUrl());
            assertThat(key(second)).startsWith("hf_");
            assertThat(second.err()).contains("use a key with the role admin");
            assertThat(CommandRun.of(environment, "keys", "create", "ann", "--role", "root")
                            .assertStatus(2)
                            .err())
                    .contains("--role is root");
        }
    }

    @Test
    void connectsByTls() {
        TestAuthority ours = new TestAuthority(directory.resolve("ours"));
        TestAuthority theirs = new TestAuthority(directory.resolve("theirs"));
        var own = ours.identity("own", "EC");
        Map<String, String> settings = Map.of(
                "tls-certificate-file", own.certificate().toString(),
                "tls-key-file", own.key().toString());
        try (ServerFixture server = ServerFixture.start(settings)) {
            CommandRun.on(server.url(), "nodes", "--ca-file", ours.certificate.toString())
                    .assertStatus(0);
            for (CommandRun rejected : new CommandRun[] {
                CommandRun.on(server.url(), "nodes"),
                CommandRun.on(server.url(), "nodes", "--ca-file", theirs.certificate.toString())
            }) {
                assertThat(rejected.assertStatus(1).err())
                        .startsWith("No TLS connection to " + server.url())
                        .contains("--ca-file");
            }
            assertThat(CommandRun.on(server.url(), "nodes", "--ca-file", directory + "/none")
                            .assertStatus(1)
                            .err())
                    .contains("none", "cannot be read");
        }
    }
}

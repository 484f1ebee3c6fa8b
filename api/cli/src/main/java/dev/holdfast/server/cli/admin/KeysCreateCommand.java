package dev.holdfast.server.cli.admin;

import dev.holdfast.InvalidInputException;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.PostgresNodeStore;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.option.DatabaseOptions;
import dev.holdfast.server.cli.option.OptionalReason;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.value.Values;
import dev.holdfast.server.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast keys create}. */
@Command(
        name = "create",
        description = {
            "Create an API key and print it. It is not shown again.",
            "Create the first key in the database, with --database-url and without --url, and other keys over HTTP."
        },
        footer = {
            "  ./holdfast keys create ann --role admin --database-url postgresql://user:password@localhost/shop",
            "  ./holdfast keys create shop --role submitter --scope shop. --expires-in 90d"
        })
final class KeysCreateCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "NAME", description = "The holder of the key; the actor in the audit log.")
    private String name;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            converter = Values.Role.class,
            completionCandidates = Values.Role.class,
            required = true,
            description = "viewer, submitter, operator or admin; each includes the roles before it.")
    private String role;

    @Option(
            names = "--scope",
            paramLabel = "PREFIX",
            description = "Limit the key to definitions whose names begin so; may be repeated.")
    private List<String> scopes = new ArrayList<>();

    @Option(
            names = "--expires-in",
            paramLabel = "TIME",
            converter = Values.Lifetime.class,
            description = "How long the key is valid, such as 12h or 90d. Default: for ever.")
    private @Nullable String expiresIn;

    @Mixin
    private OptionalReason reason;

    @Mixin
    private DatabaseOptions database;

    @Spec
    private CommandSpec spec;

    private final Settings settings;

    @SuppressWarnings("NullAway.Init")
    KeysCreateCommand(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        boolean onDatabase = !client.hasUrlOption() && database.areNamed(settings);
        String created = onDatabase ? inDatabase(database.settings(spec.commandLine(), settings)) : overHttp();
        if (client.json()) {
            client.out().println(created);
            return CommandLine.ExitCode.OK;
        }
        JsonNode key = JsonMapper.shared().readTree(created);
        client.out().println(JsonText.value(key.path("key")));
        client.out().flush();
        client.err()
                .println("Store the key now: it is not shown again. Its id is " + JsonText.value(key.path("id")) + ".");
        if (onDatabase && !role.equalsIgnoreCase("admin")) {
            client.err()
                    .println("From now on every request needs a key. To manage keys, use a key with the role admin,"
                            + " or this command with --database-url.");
        }
        return CommandLine.ExitCode.OK;
    }

    private String overHttp() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("role", role);
        body.put("scopes", scopes);
        if (expiresIn != null) {
            body.put("expiresIn", expiresIn);
        }
        if (reason.text != null) {
            body.put("reason", reason.text);
        }
        byte[] json = JsonMapper.shared().writeValueAsBytes(body);
        return client.call(node -> node.post("/v1/api-keys", Map.of(), Map.of(), json, Duration.ZERO))
                .body();
    }

    private String inDatabase(DatabaseSettings target) {
        try {
            return PostgresNodeStore.createKey(
                    target, name, role, scopes, Optional.ofNullable(expiresIn), Optional.ofNullable(reason.text));
        } catch (InvalidInputException | IllegalArgumentException e) {
            throw client.usage(String.valueOf(e.getMessage()));
        }
    }
}

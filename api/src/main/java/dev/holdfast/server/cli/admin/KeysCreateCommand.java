package dev.holdfast.server.cli.admin;

import dev.holdfast.InvalidInputException;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.PostgresNodeStore;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.option.DatabaseOptions;
import dev.holdfast.server.cli.output.JsonText;
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
            "Make an API key, and print it: it is not shown again.",
            "The first one is made on the database: with --database-url, and without --url. The others over HTTP."
        },
        footer = {
            "  ./holdfast keys create ann --role admin --database-url postgresql://user:password@localhost/shop",
            "  ./holdfast keys create shop --role submitter --scope shop. --expires-in 90d"
        })
final class KeysCreateCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "NAME", description = "Whose it is; the actor of what is decided with it.")
    private String name;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            required = true,
            description = "viewer, submitter, operator or admin: each may do what those before it may.")
    private String role;

    @Option(
            names = "--scope",
            paramLabel = "PREFIX",
            description = "Only for definitions whose names begin so; may be given again.")
    private List<String> scopes = new ArrayList<>();

    @Option(
            names = "--expires-in",
            paramLabel = "TIME",
            description = "How long it is good, such as 12h or 90d. Default: for ever.")
    private @Nullable String expiresIn;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit; 1 to 1,000 characters.")
    private @Nullable String reason;

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
        boolean onDatabase = !client.isToldUrl() && database.areNamed(settings);
        String made = onDatabase ? inDatabase(database.settings(spec.commandLine(), settings)) : byNode();
        if (client.json()) {
            client.out().println(made);
            return CommandLine.ExitCode.OK;
        }
        JsonNode key = JsonMapper.shared().readTree(made);
        client.out().println(JsonText.value(key.path("key")));
        client.out().flush();
        client.err().println("Keep it: it is not shown again. Its id is " + JsonText.value(key.path("id")) + ".");
        if (onDatabase && !role.equalsIgnoreCase("admin")) {
            client.err()
                    .println("From now on every request needs a key. Keys are administered with one of the role"
                            + " admin, or here.");
        }
        return CommandLine.ExitCode.OK;
    }

    private String byNode() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("role", role);
        body.put("scopes", scopes);
        if (expiresIn != null) {
            body.put("expiresIn", expiresIn);
        }
        if (reason != null) {
            body.put("reason", reason);
        }
        byte[] json = JsonMapper.shared().writeValueAsBytes(body);
        return client.ask(node -> node.post("/v1/api-keys", Map.of(), Map.of(), json, Duration.ZERO))
                .body();
    }

    private String inDatabase(DatabaseSettings in) {
        try {
            return PostgresNodeStore.createKey(
                    in, name, role, scopes, Optional.ofNullable(expiresIn), Optional.ofNullable(reason));
        } catch (InvalidInputException | IllegalArgumentException e) {
            throw client.usage(String.valueOf(e.getMessage()));
        }
    }
}

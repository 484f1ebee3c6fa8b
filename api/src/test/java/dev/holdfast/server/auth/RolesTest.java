package dev.holdfast.server.auth;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.openapi.OpenApi;
import dev.holdfast.server.openapi.OpenApi.Operation;
import dev.holdfast.spi.InboxCursor;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The required role of every route. */
class RolesTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([A-Z]+ /[^`]*)` \\| (\\S+) \\| (\\S+) \\| (\\S+) \\| (\\S+) \\| (\\S+) \\|$");

    private static Response send(TestClient client, Operation operation, String path, String body) {
        return client.send(client.request(path)
                .header("Content-Type", "application/json")
                .method(
                        operation.method(),
                        BodyPublishers.ofString(operation.method().equals("GET") ? "" : body)));
    }

    private static String allowed(TestClient client, Operation operation) {
        Response response = send(client, operation, operation.at("nobody"), "{\"reason\":\"a test\"}");
        boolean rejected = Set.of(401, 403).contains(response.status());
        if (rejected) {
            assertThat(response.text("code")).isIn("UNAUTHENTICATED", "FORBIDDEN");
        }
        return rejected ? "no" : "yes";
    }

    @Test
    void matchTheTableOfTheDocs() throws IOException {
        Map<String, List<String>> real = new TreeMap<>();
        try (ServerFixture server = ServerFixture.start()) {
            List<TestClient> clients = new ArrayList<>();
            clients.add(new TestClient(server::url));
            for (Role role : Role.values()) {
                clients.add(server.client(role));
            }
            for (Operation operation : OpenApi.document().operations()) {
                real.put(
                        unnamed(operation.toString()),
                        clients.stream()
                                .map(client -> allowed(client, operation))
                                .toList());
            }
            clients.forEach(TestClient::close);
        }
        Map<String, List<String>> documented = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("..", "docs", "security.md")))
                .results()
                .forEach(row -> documented.put(
                        unnamed(row.group(1)),
                        List.of(row.group(2), row.group(3), row.group(4), row.group(5), row.group(6))));

        assertThat(documented).isEqualTo(real);
    }

    /** Names of path parameters do not matter here. */
    private static String unnamed(String route) {
        return route.replaceAll("\\{[^}]+}", "{}");
    }

    @Test
    void aViewerChangesNothing() {
        try (ServerFixture server = ServerFixture.start()) {
            String workflow = server.run("test.parks", ORDER).text("id");
            String letter = server.deadLetterOf(workflow);
            try (TestClient viewer = server.client(Role.VIEWER)) {
                String key = server.apiKeys.list().getFirst().id().toString();
                String before = everything(viewer, workflow);
                int rejected = 0;
                for (Operation operation : OpenApi.document().operations()) {
                    boolean hasToken = operation.path().startsWith("/v1/callbacks");
                    if (operation.method().equals("GET") || hasToken) {
                        continue;
                    }
                    boolean submits = operation.toString().equals("POST /v1/workflows/{name}");
                    boolean makes = operation.toString().equals("POST /v1/api-keys");
                    String id = operation.path().contains("dead-letters")
                            ? letter
                            : operation.path().contains("api-keys") ? key : workflow;
                    String body =
                            submits ? ORDER : makes ? "{\"name\":\"a\",\"role\":\"admin\"}" : "{\"reason\":\"a test\"}";

                    send(viewer, operation, operation.at(submits ? "test.order" : id), body)
                            .assertProblem(403, "FORBIDDEN");
                    rejected++;
                }
                assertThat(rejected).isGreaterThanOrEqualTo(7);
                assertThat(everything(viewer, workflow)).isEqualTo(before);
                assertThat(server.store.inbox(InboxCursor.START, 2).messages()).isEmpty();
                assertThat(server.apiKeys.list())
                        .hasSize(1)
                        .allMatch(made -> made.revokedAt().isEmpty());
            }
        }
    }

    private static String everything(TestClient viewer, String workflow) {
        return viewer.get("/v1/workflows?limit=500").body()
                + viewer.get("/v1/workflows/" + workflow + "/history").body()
                + viewer.get("/v1/dead-letters").body();
    }

    @Test
    void includeThoseBeforeThem() {
        List<Role> roles = List.of(Role.VIEWER, Role.SUBMITTER, Role.OPERATOR, Role.ADMIN);
        assertThat(Role.values()).containsExactlyElementsOf(roles);
        for (Role role : roles) {
            assertThat(roles.stream().filter(role::includes))
                    .containsExactlyElementsOf(roles.subList(0, roles.indexOf(role) + 1));
            assertThat(Role.of(role.name().toLowerCase(Locale.ROOT))).contains(role);
        }
        assertThat(Role.of("root")).isEmpty();
    }
}

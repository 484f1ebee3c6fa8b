package dev.holdfast.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.openapi.OpenApi;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The rules for every response, whatever the request. */
final class HostileResponses {
    /** Internal words that no response may have, and no request here has. */
    private static final List<String> INSIDES =
            List.of("Exception", "at dev.", "dev.holdfast", "io.helidon", "tools.jackson", "java.lang", "java.util");

    private HostileResponses() {}

    /** Asserts that no internal error is reported, except excused ones. */
    static void check(HostileRequest request, Response response, Set<Integer> excused) {
        boolean otherVersion = response.status() == ProblemCode.HTTP_VERSION_NOT_SUPPORTED.status;
        assertThat(response.status())
                .as("status of %s", response)
                .matches(status -> status < 500 || otherVersion || excused.contains(status));
        if (request.method().equals("HEAD")) {
            return;
        }
        if (response.status() >= 400) {
            checkProblem(response);
        } else {
            OpenApi document = OpenApi.document();
            document.assertDescribes(
                    document.operation(
                                    request.method().toUpperCase(Locale.ROOT), request.path()) // as Helidon parses it
                            .orElseThrow(() -> new AssertionError("accepted at no path of ours: " + response)),
                    response);
        }
    }

    private static void checkProblem(Response response) {
        assertThat(response.header("Content-Type")).as("type of %s", response).contains("application/problem+json");
        OpenApi document = OpenApi.document();
        assertThat(document.errors("Problem", document.json.at("/components/schemas/Problem"), response.json()))
                .as("what is wrong with %s", response)
                .isEmpty();
        assertThat(response.json().path("status").asInt()).isEqualTo(response.status());
        ObjectNode problem = (ObjectNode) response.json();
        problem.remove("error"); // an exception of a workflow
        assertThat(INSIDES).as("insides in %s", problem).noneMatch(problem.toString()::contains);
    }
}

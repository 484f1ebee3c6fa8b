package dev.holdfast.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Answer;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.openapi.OpenApi;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** What must hold of every answer, whatever was asked. */
final class HostileAnswers {
    /** Words of the program that nobody outside needs, and that no request here has. */
    private static final List<String> INSIDES =
            List.of("Exception", "at dev.", "dev.holdfast", "io.helidon", "tools.jackson", "java.lang", "java.util");

    private HostileAnswers() {}

    /** No fault of ours is told, but for those that are excused. */
    static void check(HostileRequest request, Answer answer, Set<Integer> excused) {
        boolean otherVersion = answer.status() == ProblemCode.HTTP_VERSION_NOT_SUPPORTED.status;
        assertThat(answer.status())
                .as("status of %s", answer)
                .matches(status -> status < 500 || otherVersion || excused.contains(status));
        if (request.method().equals("HEAD")) {
            return;
        }
        if (answer.status() >= 400) {
            checkProblem(answer);
        } else {
            OpenApi document = OpenApi.document();
            document.assertDescribes(
                    document.operation(request.method().toUpperCase(Locale.ROOT), request.path()) // as Helidon reads it
                            .orElseThrow(() -> new AssertionError("accepted at no path of ours: " + answer)),
                    answer);
        }
    }

    private static void checkProblem(Answer answer) {
        assertThat(answer.header("Content-Type")).as("type of %s", answer).contains("application/problem+json");
        OpenApi document = OpenApi.document();
        assertThat(document.errors("Problem", document.json.at("/components/schemas/Problem"), answer.json()))
                .as("what is wrong with %s", answer)
                .isEmpty();
        assertThat(answer.json().path("status").asInt()).isEqualTo(answer.status());
        ObjectNode said = (ObjectNode) answer.json();
        said.remove("error"); // what a workflow threw, for its author
        assertThat(INSIDES).as("insides in %s", said).noneMatch(said.toString()::contains);
    }
}

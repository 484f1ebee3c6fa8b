package dev.holdfast.server.openapi;

import dev.holdfast.server.Answer;
import dev.holdfast.server.openapi.OpenApi.Operation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which of the answers that the OpenAPI document promises were seen; each was as it is described. */
final class Exercised {
    private final OpenApi document = OpenApi.document();
    private final Set<String> seen = new TreeSet<>();

    Answer take(Operation operation, Answer answer) {
        document.assertDescribes(operation, answer);
        seen.add(operation + " " + operation.status(answer));
        return answer;
    }

    /** The others. */
    List<String> missing() {
        return document.operations().stream()
                .flatMap(operation -> operation.statuses().stream().map(status -> operation + " " + status))
                .filter(promised -> !seen.contains(promised))
                .toList();
    }
}

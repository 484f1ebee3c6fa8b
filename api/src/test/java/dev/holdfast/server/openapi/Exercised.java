package dev.holdfast.server.openapi;

import dev.holdfast.server.Response;
import dev.holdfast.server.openapi.OpenApi.Operation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects which documented responses have occurred, and asserts that each fits the document. */
final class Exercised {
    private final OpenApi document = OpenApi.document();
    private final Set<String> seen = new TreeSet<>();

    Response take(Operation operation, Response response) {
        document.assertDescribes(operation, response);
        seen.add(operation + " " + operation.status(response));
        return response;
    }

    /** The documented responses that have not occurred. */
    List<String> missing() {
        return document.operations().stream()
                .flatMap(operation -> operation.statuses().stream().map(status -> operation + " " + status))
                .filter(promised -> !seen.contains(promised))
                .toList();
    }
}

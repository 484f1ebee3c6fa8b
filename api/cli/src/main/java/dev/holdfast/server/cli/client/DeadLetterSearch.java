package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.output.JsonText;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Finds dead letters by their id or by the id of their workflow, because people know workflows. Stateless. */
public final class DeadLetterSearch {
    private static final String UNKNOWN = "UNKNOWN_DEAD_LETTER";

    private DeadLetterSearch() {}

    /**
     * The dead letter with this id, or the open one of the workflow with this id. Throws {@link CommandFailedException}
     * if there is neither.
     */
    public static Client.Response find(Client node, String id) {
        try {
            return letter(node, id);
        } catch (CommandFailedException e) {
            if (!e.code().equals(UNKNOWN)) {
                throw e;
            }
            return letter(node, openLetter(workflow(node, id), id));
        }
    }

    private static Client.Response letter(Client node, String id) {
        return node.get("/v1/dead-letters/" + Client.segment(id), Map.of(), Duration.ZERO);
    }

    private static JsonNode workflow(Client node, String id) {
        try {
            return node.get("/v1/workflows/" + Client.segment(id), Map.of(), Duration.ZERO)
                    .json();
        } catch (CommandFailedException e) {
            if (!e.code().equals("UNKNOWN_WORKFLOW")) {
                throw e;
            }
            throw CommandFailedException.of(
                    UNKNOWN + ": no dead letter and no workflow has the id " + id,
                    "`./holdfast dead-letters list` lists the open dead letters.");
        }
    }

    private static String openLetter(JsonNode workflow, String id) {
        if (!workflow.path("deadLetter").isString()) {
            throw CommandFailedException.of(
                    "The workflow " + id + " has no open dead letter: it is " + JsonText.value(workflow.path("status"))
                            + ".",
                    "`./holdfast history " + id + "` shows what became of earlier ones.");
        }
        return workflow.path("deadLetter").stringValue();
    }
}

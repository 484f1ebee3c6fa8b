package dev.holdfast.server.routes;

import dev.holdfast.InvalidInputException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.server.auth.Caller;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.function.Supplier;

/** The workflows that a caller may see; all others do not exist for it. Safe for all threads. */
record VisibleWorkflows(RunningEngine engine) {
    /** Reports an id of the generated form that was never generated as UNKNOWN_WORKFLOW instead of INVALID_INPUT. */
    static <T> T orUnknown(String id, Supplier<T> question) {
        try {
            return question.get();
        } catch (InvalidInputException e) {
            if (e.field().equals(Optional.of("id"))) {
                throw new UnknownWorkflowException(id);
            }
            throw e;
        }
    }

    /** Throws UNKNOWN_WORKFLOW for a workflow outside the caller's scopes: 403 would reveal that it exists. */
    WorkflowSummary require(ServerRequest request, String id) {
        var workflow = orUnknown(id, () -> engine.require().admin().find(id));
        if (!Caller.of(request).sees(workflow.type())) {
            throw new UnknownWorkflowException(id);
        }
        return workflow;
    }

    /** As {@link #require}; reads the store only for callers with scopes. */
    void requireScope(ServerRequest request, String id) {
        if (!Caller.of(request).scopes().isEmpty()) {
            require(request, id);
        }
    }
}

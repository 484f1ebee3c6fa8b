package dev.holdfast.server.routes;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestValues;

/** The reason of a request that has no body: {@code ?reason=...}. Stateless. */
final class ReasonParameter {
    static final String NAME = "reason";

    private ReasonParameter() {}

    /**
     * Options with the reason of the query, without an idempotency key. Throws
     * {@link dev.holdfast.server.http.ProblemException} if the reason is missing or invalid.
     */
    static ActionOptions required(Query query, Caller caller) {
        String reason = query.text(NAME)
                .orElseThrow(() -> RequestValues.invalid(NAME, "the parameter is missing: expected ?reason=..."));
        return options(reason, caller);
    }

    /** As {@link #required}, with a default reason. */
    static ActionOptions optional(Query query, Caller caller) {
        return options(query.text(NAME).orElse(RequestValues.NO_REASON), caller);
    }

    private static ActionOptions options(String reason, Caller caller) {
        return RequestValues.checked(NAME, () -> ActionOptions.because(reason).by(caller.name()));
    }
}

package dev.holdfast.server.routes;

import dev.holdfast.InvalidInputException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestValues;

/** The reason of a request that has no body: {@code ?reason=...}. Stateless. */
final class ReasonParameter {
    static final String NAME = "reason";

    private ReasonParameter() {}

    /**
     * What is asked, without a key, for the reason that is required. Throws
     * {@link dev.holdfast.server.http.ProblemException} naming it.
     */
    static ActionOptions decision(Query query, Caller caller) {
        String reason =
                query.text(NAME).orElseThrow(() -> RequestValues.invalid(NAME, "it is missing: expected ?reason=..."));
        return decision(reason, caller);
    }

    /** The same, where it may come without a reason. */
    static ActionOptions optional(Query query, Caller caller) {
        return decision(query.text(NAME).orElse(RequestValues.NO_REASON), caller);
    }

    private static ActionOptions decision(String reason, Caller caller) {
        try {
            return ActionOptions.because(reason).by(caller.name());
        } catch (InvalidInputException e) {
            throw RequestValues.invalid(NAME, String.valueOf(e.getMessage()));
        }
    }
}

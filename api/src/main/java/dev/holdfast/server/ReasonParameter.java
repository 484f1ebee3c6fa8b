package dev.holdfast.server;

import dev.holdfast.Decision;
import dev.holdfast.InvalidInputException;
import java.util.Optional;

/** The reason of a request that has no body: {@code ?reason=...}. Stateless. */
final class ReasonParameter {
    static final String NAME = "reason";

    private ReasonParameter() {}

    /** What is asked, without a key, for the reason that is required. Throws {@link ProblemException} naming it. */
    static Decision decision(Query query, Caller caller) {
        String reason = query.text(NAME).orElseThrow(() -> Values.invalid(NAME, "it is missing: expected ?reason=..."));
        return decision(reason, caller);
    }

    /** The same, where it may come without a reason. */
    static Decision optional(Query query, Caller caller) {
        return decision(query.text(NAME).orElse(Values.NO_REASON), caller);
    }

    private static Decision decision(String reason, Caller caller) {
        try {
            return new Decision(reason, caller.name(), Optional.empty());
        } catch (InvalidInputException e) {
            throw Values.invalid(NAME, String.valueOf(e.getMessage()));
        }
    }
}

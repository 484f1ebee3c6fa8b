package dev.holdfast.server;

import dev.holdfast.Decision;
import dev.holdfast.InvalidInputException;
import java.util.Optional;

/** The reason of a request that has no body: {@code ?reason=...}, which is required. Stateless. */
final class ReasonParameter {
    static final String NAME = "reason";

    private ReasonParameter() {}

    /** What is asked, without a key. Throws {@link ProblemException} naming the parameter. */
    static Decision decision(Query query, Caller caller) {
        String reason = query.text(NAME).orElseThrow(() -> Values.invalid(NAME, "it is missing: expected ?reason=..."));
        try {
            return new Decision(reason, caller.name(), Optional.empty());
        } catch (InvalidInputException e) {
            throw Values.invalid(NAME, String.valueOf(e.getMessage()));
        }
    }
}

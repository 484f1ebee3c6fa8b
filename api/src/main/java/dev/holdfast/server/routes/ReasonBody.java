package dev.holdfast.server.routes;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.TypeToken;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.server.http.RequestValues;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The body of an operator action: {@code {"reason":"..."}}, of a retry also {@code "runAgainAnyway":true}; or empty.
 * Parsed strictly. Immutable.
 */
record ReasonBody(Optional<String> reason, boolean runAgainAnyway) {
    /** The actions, by what their bodies may contain. */
    enum Form {
        REASON("{\"reason\":\"...\"}"),
        RETRY("{\"reason\":\"...\"}, and \"runAgainAnyway\":true for a step in doubt");

        private final String expected;

        Form(String expected) {
            this.expected = expected;
        }
    }

    /** The member that says yes to a body that may have run. */
    static final String RUN_AGAIN_ANYWAY = "runAgainAnyway";

    private static final String REASON = "reason";
    private static final Codec CODEC = new JacksonCodec();
    private static final TypeToken<JsonNode> JSON = TypeToken.of(JsonNode.class);
    private static final ReasonBody EMPTY = new ReasonBody(Optional.empty(), false);

    /** Parses a body. Throws {@link InvalidInputException} for any other content. */
    static ReasonBody of(byte[] body, Form form) {
        JsonNode json = body.length == 0 ? null : CODEC.decodeStrictly(body, JSON);
        if (json == null) {
            return EMPTY;
        }
        if (!json.isObject()) {
            throw new InvalidInputException("the body is not a JSON object: expected " + form.expected);
        }
        json.propertyNames().forEach(member -> requireKnown(member, form));
        return new ReasonBody(reason(json), yes(json));
    }

    /** Returns the reason of a body that may contain nothing else. Throws {@link InvalidInputException}. */
    static Optional<String> reason(byte[] body) {
        return of(body, Form.REASON).reason();
    }

    private static Optional<String> reason(JsonNode json) {
        if (!json.has(REASON)) {
            return Optional.empty();
        }
        if (!json.path(REASON).isString()) {
            throw new InvalidInputException(REASON, "reason is not a string: expected " + Form.REASON.expected);
        }
        return Optional.of(json.path(REASON).stringValue());
    }

    private static boolean yes(JsonNode json) {
        if (!json.has(RUN_AGAIN_ANYWAY)) {
            return false;
        }
        if (!json.path(RUN_AGAIN_ANYWAY).isBoolean()) {
            throw new InvalidInputException(RUN_AGAIN_ANYWAY, RUN_AGAIN_ANYWAY + " is not true or false");
        }
        return json.path(RUN_AGAIN_ANYWAY).booleanValue();
    }

    /** The exception for a body without the required reason. */
    static InvalidInputException missing() {
        return new InvalidInputException(REASON, "reason is missing: expected " + Form.REASON.expected);
    }

    private static void requireKnown(String member, Form form) {
        boolean known = member.equals(REASON) || form == Form.RETRY && member.equals(RUN_AGAIN_ANYWAY);
        if (!known) {
            String name = RequestValues.abbreviated(member);
            throw new InvalidInputException(name, "unknown member \"" + name + "\": expected " + form.expected);
        }
    }
}

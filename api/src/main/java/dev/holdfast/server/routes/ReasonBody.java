package dev.holdfast.server.routes;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.JacksonCodec;
import dev.holdfast.TypeToken;
import dev.holdfast.server.http.RequestValues;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The body of a request for a decision: {@code {"reason":"..."}}, or nothing. Read strictly; stateless. */
final class ReasonBody {
    private static final String REASON = "reason";
    private static final Codec CODEC = new JacksonCodec();
    private static final TypeToken<JsonNode> JSON = TypeToken.of(JsonNode.class);

    private ReasonBody() {}

    /** The reason, if there is one. Throws {@link InvalidInputException} for whatever else there is. */
    static Optional<String> reason(byte[] body) {
        JsonNode json = body.length == 0 ? null : CODEC.decodeStrictly(body, JSON);
        if (json == null) {
            return Optional.empty();
        }
        if (!json.isObject()) {
            throw new InvalidInputException("the body is no object: expected {\"reason\":\"...\"}");
        }
        json.propertyNames().forEach(ReasonBody::requireKnown);
        if (!json.has(REASON)) {
            return Optional.empty();
        }
        if (!json.path(REASON).isString()) {
            throw new InvalidInputException(REASON, "reason is no string");
        }
        return Optional.of(json.path(REASON).stringValue());
    }

    /** What to throw where there is no reason, but one is required. */
    static InvalidInputException missing() {
        return new InvalidInputException(REASON, "reason is missing: expected {\"reason\":\"...\"}");
    }

    private static void requireKnown(String member) {
        if (!member.equals(REASON)) {
            String shown = RequestValues.shown(member);
            throw new InvalidInputException(shown, "there is no member \"" + shown + "\" here, only \"reason\"");
        }
    }
}

package dev.holdfast.server.routes;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.TypeToken;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.server.http.RequestValues;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The body of an operator action: {@code {"reason":"..."}}, or empty. Parsed strictly; stateless. */
final class ReasonBody {
    private static final String REASON = "reason";
    private static final Codec CODEC = new JacksonCodec();
    private static final TypeToken<JsonNode> JSON = TypeToken.of(JsonNode.class);

    private ReasonBody() {}

    /** Returns the reason, if present. Throws {@link InvalidInputException} for any other content. */
    static Optional<String> reason(byte[] body) {
        JsonNode json = body.length == 0 ? null : CODEC.decodeStrictly(body, JSON);
        if (json == null) {
            return Optional.empty();
        }
        if (!json.isObject()) {
            throw new InvalidInputException("the body is not a JSON object: expected {\"reason\":\"...\"}");
        }
        json.propertyNames().forEach(ReasonBody::requireKnown);
        if (!json.has(REASON)) {
            return Optional.empty();
        }
        if (!json.path(REASON).isString()) {
            throw new InvalidInputException(REASON, "reason is not a string: expected {\"reason\":\"...\"}");
        }
        return Optional.of(json.path(REASON).stringValue());
    }

    /** The exception for a body without the required reason. */
    static InvalidInputException missing() {
        return new InvalidInputException(REASON, "reason is missing: expected {\"reason\":\"...\"}");
    }

    private static void requireKnown(String member) {
        if (!member.equals(REASON)) {
            String name = RequestValues.abbreviated(member);
            throw new InvalidInputException(name, "unknown member \"" + name + "\": expected {\"reason\":\"...\"}");
        }
    }
}

package dev.holdfast.server.routes;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.TypeToken;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.server.http.RequestValues;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of a retention rule: {@code {"keep":"P30D","reason":"..."}}. Immutable.
 *
 * @param keep empty for ever; its range is not checked yet
 */
record RetentionBody(Optional<Duration> keep, String reason) {
    static final String FOREVER = "forever";
    private static final Codec CODEC = new JacksonCodec();
    private static final TypeToken<Members> MEMBERS = TypeToken.of(Members.class);

    /** Both members are required. */
    private record Members(@Nullable String keep, @Nullable String reason) {}

    /** Throws {@link InvalidInputException} naming the member. */
    static RetentionBody of(byte[] json) {
        Members members = CODEC.decodeStrictly(json, MEMBERS);
        if (members == null || members.keep() == null) {
            throw new InvalidInputException(
                    "keep", "keep is missing: expected a duration such as \"P30D\", or \"" + FOREVER + "\"");
        }
        if (members.reason() == null) {
            throw new InvalidInputException("reason", "reason is missing: expected the reason for the audit log");
        }
        return new RetentionBody(time(members.keep()), members.reason());
    }

    private static Optional<Duration> time(String text) {
        if (text.equals(FOREVER)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException e) {
            throw new InvalidInputException(
                    "keep",
                    "keep is \"" + RequestValues.abbreviated(text)
                            + "\": expected a duration such as \"P30D\" (ISO-8601), or \"" + FOREVER + "\"");
        }
    }
}

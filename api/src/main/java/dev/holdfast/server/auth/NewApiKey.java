package dev.holdfast.server.auth;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.TypeToken;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DurationText;
import dev.holdfast.admin.StorableText;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.http.RequestValues;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checked request for a new API key. Immutable.
 *
 * @param expiresIn 1 s to 3,650 days; empty for never
 * @param reason why it is created, for the audit log
 */
public record NewApiKey(String name, Role role, List<String> scopes, Optional<Duration> expiresIn, String reason) {
    static final int NAME_MAX = 100;
    static final int SCOPES_MAX = 20;
    private static final Duration EXPIRES_MAX = Duration.ofDays(3_650);
    private static final Pattern SCOPE = Pattern.compile("[a-z0-9._-]{1,100}");
    private static final Codec CODEC = new JacksonCodec();
    private static final TypeToken<Body> BODY = TypeToken.of(Body.class);

    /** The JSON members; all are optional here. */
    private record Body(
            @Nullable String name,
            @Nullable String role,
            @Nullable List<@Nullable String> scopes,
            @Nullable String expiresIn,
            @Nullable String reason) {}

    /** Throws {@link InvalidInputException} that names the invalid member. */
    public NewApiKey {
        if (name.isBlank()
                || name.length() > NAME_MAX
                || !StorableText.storable(name, NAME_MAX).equals(name)) {
            throw new InvalidInputException(
                    "name", "name: expected 1 to " + NAME_MAX + " characters that are not all blank");
        }
        scopes = List.copyOf(scopes);
        if (scopes.size() > SCOPES_MAX
                || !scopes.stream().allMatch(scope -> SCOPE.matcher(scope).matches())) {
            throw new InvalidInputException(
                    "scopes",
                    "scopes: expected up to " + SCOPES_MAX
                            + " prefixes of definition names, each 1 to 100 of a-z0-9._-");
        }
        if (role == Role.ADMIN && !scopes.isEmpty()) {
            throw new InvalidInputException(
                    "scopes",
                    "scopes: expected none for the role ADMIN, because such a key could create a key without scopes");
        }
        expiresIn
                .filter(time -> time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(EXPIRES_MAX) > 0)
                .ifPresent(time -> {
                    throw expiry(DurationText.of(time));
                });
    }

    /**
     * Parses {@code {"name":...,"role":...,"scopes":[...],"expiresIn":...,"reason":...}}; name and role are required.
     */
    public static NewApiKey of(byte[] json) {
        Body body = CODEC.decodeStrictly(json, BODY);
        if (body == null || body.name() == null) {
            throw new InvalidInputException("name", "name is missing: expected the name of the key's holder");
        }
        List<@Nullable String> scopes = body.scopes() == null ? List.of() : body.scopes();
        return of(
                body.name(),
                body.role() == null ? "" : body.role(),
                scopes.stream().map(scope -> scope == null ? "" : scope).toList(),
                Optional.ofNullable(body.expiresIn()),
                Optional.ofNullable(body.reason()));
    }

    public static NewApiKey of(
            String name, String role, List<String> scopes, Optional<String> expiresIn, Optional<String> reason) {
        Role known = Role.of(role)
                .orElseThrow(() -> new InvalidInputException(
                        "role",
                        "role is \"" + RequestValues.abbreviated(role) + "\": expected one of "
                                + Arrays.toString(Role.values())));
        return new NewApiKey(
                name, known, scopes, expiresIn.map(NewApiKey::time), reason.orElse(RequestValues.NO_REASON));
    }

    private static Duration time(String text) {
        try {
            return Settings.duration(text);
        } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
            throw expiry(text);
        }
    }

    private static InvalidInputException expiry(String text) {
        return new InvalidInputException(
                "expiresIn",
                "expiresIn is \"" + RequestValues.abbreviated(text) + "\": expected 1s to " + EXPIRES_MAX.toDays()
                        + "d, such as 90d or P90D");
    }

    /** The options under which the audit log records the creation. */
    public ActionOptions options(String actor) {
        return ActionOptions.because(reason).by(actor);
    }

    /** The request to the key store. */
    public ApiKeys.Wanted wanted(ApiKeyText text, String createdBy) {
        return new ApiKeys.Wanted(text.prefix(), text.hash(), name, role.name(), scopes, createdBy, expiresIn);
    }
}

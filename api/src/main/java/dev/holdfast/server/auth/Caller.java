package dev.holdfast.server.auth;

import dev.holdfast.postgres.keys.ApiKey;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.RequestValues;
import io.helidon.common.context.Context;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/**
 * The authenticated sender of a request. {@link Authentication} registers it before routing; handlers read it with
 * {@link #of}. Immutable.
 *
 * @param id of the key
 * @param name of the key; the actor in the audit log
 * @param scopes prefixes of the definition names that the caller may see; empty for all
 */
public record Caller(String id, String name, Role role, List<String> scopes) {
    private static final Caller LOCAL = new Caller("local", "anonymous", Role.ADMIN, List.of());

    public Caller {
        scopes = List.copyOf(scopes);
    }

    /** Any program of this machine, while there are no API keys. */
    static Caller local() {
        return LOCAL;
    }

    /** The holder of a key. */
    static Caller of(ApiKey key, Role role) {
        return new Caller(key.id().toString(), key.name(), role, key.scopes());
    }

    /** The caller of this request. Throws {@link IllegalStateException} for a request that was not authenticated. */
    public static Caller of(ServerRequest request) {
        return request.context()
                .get(Caller.class)
                .orElseThrow(() -> new IllegalStateException("a request reached its route without authentication"));
    }

    /** Makes the caller available to handlers. */
    void register(Context context) {
        context.register(this);
    }

    /** Throws {@link ProblemException} if the role does not include the required one. */
    public void require(Role required) {
        if (!role.includes(required)) {
            throw forbidden("The key has the role " + role + ": expected " + required + ".");
        }
    }

    /** Throws {@link ProblemException} for a caller with scopes; for data that covers all definitions. */
    public void requireAll() {
        if (!scopes.isEmpty()) {
            throw forbidden("The data covers all definitions, but the key is limited to the scopes " + scopes + ".");
        }
    }

    /** Whether the caller may see workflows of this definition. */
    public boolean sees(String definition) {
        return scopes.isEmpty() || scopes.stream().anyMatch(definition::startsWith);
    }

    /** Throws {@link ProblemException} for a definition that the caller may not see. */
    public void requireDefinition(String definition) {
        if (!sees(definition)) {
            throw forbidden("The key is limited to definitions that begin with " + scopes + ", which excludes "
                    + RequestValues.abbreviated(definition));
        }
    }

    /** As {@link #requireDefinition}, for a list; empty means all definitions. */
    public void requireFilter(Optional<String> definition) {
        if (definition.isEmpty() && !scopes.isEmpty()) {
            throw forbidden("The key is limited to definitions that begin with " + scopes
                    + ": expected ?type= with one of them.");
        }
        definition.ifPresent(this::requireDefinition);
    }

    private static ProblemException forbidden(String detail) {
        return new ProblemException(new Problem(ProblemCode.FORBIDDEN, detail));
    }
}

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
 * Who sends a request. Found out once, before it is routed; handlers get it by {@link #of}. Immutable.
 *
 * @param id of the key
 * @param name of the key, which decisions are told as their actor
 * @param scopes beginnings of the names of the definitions that the caller may see; empty for all
 */
public record Caller(String id, String name, Role role, List<String> scopes) {
    private static final Caller LOCAL = new Caller("local", "anonymous", Role.ADMIN, List.of());

    public Caller {
        scopes = List.copyOf(scopes);
    }

    /** Any program of this machine, as long as there are no keys. */
    static Caller local() {
        return LOCAL;
    }

    /** The holder of a key. */
    static Caller of(ApiKey key, Role role) {
        return new Caller(key.id().toString(), key.name(), role, key.scopes());
    }

    /** Who sends this request. Throws {@link IllegalStateException} where nobody has asked for a key. */
    public static Caller of(ServerRequest request) {
        return request.context()
                .get(Caller.class)
                .orElseThrow(
                        () -> new IllegalStateException("a request came to its route without having been checked"));
    }

    /** Says who it is, to the handlers. */
    void register(Context context) {
        context.register(this);
    }

    /** Throws {@link ProblemException} where the role is not enough. */
    public void require(Role needed) {
        if (!role.includes(needed)) {
            throw forbidden("This needs the role " + needed + ", and the key has " + role + ".");
        }
    }

    /** Throws {@link ProblemException} for what cannot be cut down to single definitions. */
    public void requireAll() {
        if (!scopes.isEmpty()) {
            throw forbidden("This is about all definitions, and the key is for " + scopes + " only.");
        }
    }

    /** Whether the caller may see workflows of this definition. */
    public boolean sees(String definition) {
        return scopes.isEmpty() || scopes.stream().anyMatch(definition::startsWith);
    }

    /** Throws {@link ProblemException} for a definition that the caller may not see. */
    public void requireDefinition(String definition) {
        if (!sees(definition)) {
            throw forbidden("The key is for definitions that begin with " + scopes + ", not for "
                    + RequestValues.shown(definition));
        }
    }

    /** As above, for a list, which may be of all definitions. */
    public void requireFilter(Optional<String> definition) {
        if (definition.isEmpty() && !scopes.isEmpty()) {
            throw forbidden(
                    "The key is for definitions that begin with " + scopes + ": ask with ?type= for one of them.");
        }
        definition.ifPresent(this::requireDefinition);
    }

    private static ProblemException forbidden(String detail) {
        return new ProblemException(new Problem(ProblemCode.FORBIDDEN, detail));
    }
}

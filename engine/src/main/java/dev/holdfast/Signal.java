package dev.holdfast;

import dev.holdfast.admin.Names;
import java.util.Objects;

/**
 * A message to a running workflow: its name, and the type of its payload. Developers write it once as a constant; the
 * workflow waits for it with {@link WorkflowContext#awaitSignal}, others send it with {@link Holdfast#signal} or over
 * HTTP. Immutable, safe for all threads.
 *
 * <pre>{@code
 * static final Signal<Approval> APPROVAL = Signal.named("approval", Approval.class);
 * }</pre>
 *
 * @param name 1 to 100 characters of {@code a-z 0-9 . _ -}
 * @param type of the payload, which is never null
 */
public record Signal<T>(String name, TypeToken<T> type) {
    /** Throws {@link IllegalArgumentException} for a name that breaks the rule above. */
    public Signal {
        Names.requireSignal(name);
        Objects.requireNonNull(type, "type");
    }

    /** Defines a signal whose payload is a plain class. Throws {@link IllegalArgumentException} as the constructor. */
    public static <T> Signal<T> named(String name, Class<T> type) {
        return new Signal<>(name, TypeToken.of(type));
    }
}

package dev.holdfast.engine.execution;

import dev.holdfast.Signal;
import dev.holdfast.TypeToken;

/**
 * A signal that code waits for, also one of the engine, whose name no {@link Signal} may have. Immutable.
 *
 * @param type of the payload
 */
record AwaitedSignal<T>(String name, TypeToken<T> type) {
    static <T> AwaitedSignal<T> of(Signal<T> signal) {
        return new AwaitedSignal<>(signal.name(), signal.type());
    }
}

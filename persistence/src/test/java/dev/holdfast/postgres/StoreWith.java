package dev.holdfast.postgres;

import dev.holdfast.spi.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A store with something between it and the engine. */
public final class StoreWith {
    private StoreWith() {}

    /** The call as it is. */
    @FunctionalInterface
    public interface Call {
        @Nullable
        Object ask() throws Exception;
    }

    /** What is done in its place; knows the method by its name. */
    @FunctionalInterface
    public interface Interference {
        @Nullable
        Object call(String method, Call real) throws Exception;
    }

    public static Store of(Store store, Interference interference) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> interference.call(method.getName(), () -> {
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException() instanceof Exception failure ? failure : e;
                    }
                }));
    }
}

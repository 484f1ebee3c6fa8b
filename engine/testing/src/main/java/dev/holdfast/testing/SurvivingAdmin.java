package dev.holdfast.testing;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.Admin;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes an {@link Admin} whose calls go to the node that runs then, and to the next one if that crashes. An action gets
 * a key, so that both are one. Stateless.
 */
final class SurvivingAdmin {
    private SurvivingAdmin() {}

    static Admin of(Nodes nodes) {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    @Nullable Object @Nullable [] repeatable = repeatable(arguments);
                    return nodes.call(holdfast -> call(holdfast, method, repeatable));
                });
    }

    private static @Nullable Object @Nullable [] repeatable(@Nullable Object @Nullable [] arguments) {
        return arguments == null
                ? null
                : Arrays.stream(arguments)
                        .map(argument -> argument instanceof ActionOptions options
                                        && options.key().isEmpty()
                                ? options.key(UUID.randomUUID().toString())
                                : argument)
                        .toArray();
    }

    private static @Nullable Object call(Holdfast holdfast, Method method, @Nullable Object @Nullable [] arguments) {
        try {
            return method.invoke(holdfast.admin(), arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new UndeclaredThrowableException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}

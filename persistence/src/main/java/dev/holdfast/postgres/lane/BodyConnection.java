package dev.holdfast.postgres.lane;

import dev.holdfast.WorkflowContext.MisusedException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connection as the body of a transactional step sees it: it refuses what would end the transaction, and everything
 * once the body has returned. Safe for all threads.
 */
final class BodyConnection implements InvocationHandler {
    private static final String INSTEAD = "the engine commits, together with the outcome of the step, when the body"
            + " has returned, and rolls back when it throws. Remove the call; to undo a part, use a savepoint";
    /** What would end the transaction, or the session, by the number of parameters. */
    private static final Map<String, Integer> REFUSED =
            Map.of("commit", 0, "rollback", 0, "setAutoCommit", 1, "close", 0, "abort", 1);

    private final Connection connection;
    private volatile boolean over;

    BodyConnection(Connection connection) {
        this.connection = connection;
    }

    Connection asConnection() {
        return (Connection)
                Proxy.newProxyInstance(BodyConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
    }

    /** The body has returned. */
    void end() {
        over = true;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        int count = arguments == null ? 0 : arguments.length;
        if (Integer.valueOf(count).equals(REFUSED.get(method.getName()))) {
            throw new MisusedException(
                    method.getName() + " was called in the body of a transactional step: " + INSTEAD);
        }
        if (over && method.getDeclaringClass() != Object.class) {
            throw new MisusedException(method.getName() + " was called on the connection of a transactional step whose"
                    + " body has ended: use the handle, and what comes from it, within the body only");
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}

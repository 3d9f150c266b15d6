package dev.lode.postgres.suspend;

import dev.lode.postgres.Connections;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Connections that are all cut at the Nth statement, counted over all of them, and stay so: what a
/// killed process leaves behind.
final class CutConnections implements Connections {
    private static final Set<String> CALLS =
            Set.of("execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "commit");

    private final Connections real;
    private final int at;
    private final AtomicInteger calls = new AtomicInteger();

    /// @param at the statement that does not reach the server any more, from 1
    CutConnections(Connections real, int at) {
        this.real = real;
        this.at = at;
    }

    /// Whether there were as many statements.
    boolean cut() {
        return calls.get() >= at;
    }

    @Override
    public Connection open(String name) throws SQLException {
        if (cut()) {
            throw lost();
        }
        var connection = real.open(name);
        return proxy(Connection.class, connection, connection);
    }

    private <T> T proxy(Class<T> type, Object target, Connection connection) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> call(target, connection, method, arguments)));
    }

    private @Nullable Object call(
            Object target, Connection connection, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (CALLS.contains(method.getName()) && calls.incrementAndGet() >= at) {
            connection.close();
            throw lost();
        }
        try {
            return switch (method.invoke(target, arguments)) {
                case PreparedStatement made -> proxy(PreparedStatement.class, made, connection);
                case Statement made -> proxy(Statement.class, made, connection);
                case null -> null;
                case Object other -> other;
            };
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static SQLException lost() {
        return new SQLException("the connection was cut", "08006");
    }
}

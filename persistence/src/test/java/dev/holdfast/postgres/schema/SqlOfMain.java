package dev.holdfast.postgres.schema;

import dev.holdfast.postgres.PostgresStore;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Every SQL statement in the classes of the PostgreSQL store: annotations of Sql interfaces, and constants. */
public final class SqlOfMain {
    private static final Pattern STATEMENT = Pattern.compile("^\\s*(select|insert|update|delete)\\s", Pattern.DOTALL);
    /** A named parameter, or one of JDBC; not a cast. */
    private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-zA-Z]+)|\\?");

    private SqlOfMain() {}

    /** A statement, and where it stands. */
    record Statement(String where, String sql) {
        /** As PREPARE takes it. */
        String numbered() {
            List<String> names = new ArrayList<>();
            Matcher matcher = PARAMETER.matcher(sql);
            return matcher.replaceAll(found -> {
                String name = found.group(1) == null ? "?" + names.size() : found.group(1);
                if (!names.contains(name)) {
                    names.add(name);
                }
                return "\\$" + (names.indexOf(name) + 1);
            });
        }

        @Override
        public String toString() {
            return where;
        }
    }

    static List<Statement> all() throws IOException, URISyntaxException {
        URI classes = PostgresStore.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        Path root = Path.of(classes);
        try (Stream<Path> files = Files.walk(root.resolve("dev/holdfast/postgres"))) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
                    .sorted()
                    .flatMap(name -> of(classOf(name)))
                    .toList();
        }
    }

    private static Class<?> classOf(String file) {
        try {
            String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
            return Class.forName(name, false, SqlOfMain.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** The statement of this method of an SQL interface. */
    public static String of(Class<?> type, String method) {
        return Stream.of(type.getDeclaredMethods())
                .filter(one -> one.getName().equals(method))
                .flatMap(SqlOfMain::annotated)
                .map(Statement::sql)
                .findFirst()
                .orElseThrow();
    }

    private static Stream<Statement> of(Class<?> type) {
        return Stream.concat(
                Stream.of(type.getDeclaredMethods()).flatMap(SqlOfMain::annotated),
                Stream.of(type.getDeclaredFields()).flatMap(SqlOfMain::constant));
    }

    private static Stream<Statement> annotated(Method method) {
        String where = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        return Stream.concat(
                Stream.ofNullable(method.getAnnotation(SqlQuery.class))
                        .map(query -> new Statement(where, query.value())),
                Stream.ofNullable(method.getAnnotation(SqlUpdate.class))
                        .map(update -> new Statement(where, update.value())));
    }

    private static Stream<Statement> constant(Field field) {
        if (!Modifier.isStatic(field.getModifiers()) || field.getType() != String.class) {
            return Stream.empty();
        }
        try {
            field.setAccessible(true);
            String value = String.valueOf(field.get(null));
            return STATEMENT.matcher(value).find()
                    ? Stream.of(new Statement(field.getDeclaringClass().getSimpleName() + "." + field.getName(), value))
                    : Stream.empty();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.jdbc.Binder;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of {@code holdfast.flush}: the one list of them in Java. They are sent by name; a test compares names
 * and types with the function.
 */
enum FlushParameter {
    INCARNATION("uuid"),
    CONNECTION("int4"),
    GENERATION("int4"),
    NODE("int4"),
    CAREFUL("bool"),
    NEW_BUCKET("int4[]"),
    NEW_ERA("int4[]"),
    NEW_UID("uuid[]"),
    NEW_DEFINITION("text[]"),
    NEW_VERSION("int4[]"),
    NEW_LABELS("text[]"),
    NEW_INPUT("bytea[]"),
    NEW_STARTS("bool[]"),
    NEW_TRACEPARENT("text[]"),
    NEW_TRACESTATE("text[]"),
    NEW_ACTOR("text[]"),
    NEW_ROLE("text[]"),
    NEW_REQUEST_ID("text[]"),
    NEW_DEADLINE("text[]"),
    NEW_PARENT("text[]"),
    BUCKET("int4[]"),
    ERA("int4[]"),
    UID("uuid[]"),
    SEQ("int4[]"),
    RECORD_ID("int8[]"),
    OUTCOME_POSITION("int4[]"),
    OUTCOME_ATTEMPT("int4[]"),
    OUTCOME_STATE("int2[]"),
    OUTCOME("bytea[]"),
    RETRY_MILLIS("int8[]"),
    OUTCOME_BRANCH("text[]"),
    EVENT("int2[]"),
    EVENT_POSITION("int4[]"),
    EVENT_ATTEMPT("int4[]"),
    EVENT_BRANCH("text[]"),
    NAME("text[]"),
    KEY("uuid[]"),
    COMPENSATES("int4[]"),
    DETAIL("bytea[]"),
    SENT_MICROS("int8[]"),
    WAKE_UID("uuid[]"),
    WAKE_WAIT("text[]"),
    LOAD_UID("uuid[]"),
    LOAD_TIMES("int4[]"),
    LOAD_SEQ("int4[]"),
    UNLOAD_UID("uuid[]"),
    UNLOAD_STATUS("text[]"),
    UNLOAD_MILLIS("int8[]"),
    UNLOAD_WAITS("text[]"),
    UNLOAD_UNTAKEN("int4[]"),
    DONE("uuid[]"),
    COMPENSATING("uuid[]"),
    PARKED("uuid[]"),
    PAUSED("uuid[]"),
    CONTINUED("uuid[]"),
    RARE("jsonb");

    private static final FlushParameter[] ALL = values();
    /** The call, its parameters in the order of this list. */
    static final String CALL = Arrays.stream(ALL)
            .map(parameter -> parameter.sqlName() + " => ?" + (parameter.type.equals("jsonb") ? "::jsonb" : ""))
            .collect(Collectors.joining(", ", "select refused, lost, held, tidy from holdfast.flush(", ")"));

    private final String type;
    /** The type of the elements of an array; null for other types. */
    private final @Nullable String elementType;

    FlushParameter(String type) {
        this.type = type;
        this.elementType = type.endsWith("[]") ? type.substring(0, type.length() - 2) : null;
    }

    /** The name in the declaration of the function. */
    String sqlName() {
        return "p_" + name().toLowerCase(Locale.ROOT);
    }

    /** The name of its type in PostgreSQL. */
    String type() {
        return type;
    }

    private void bind(Binder binder, @Nullable Object value) throws SQLException {
        switch (type) {
            case "uuid[]" -> binder.add((@Nullable UUID @Nullable []) value);
            case "jsonb" -> binder.addText((String) value);
            default -> {
                if (elementType == null) {
                    bindSingle(binder, value);
                } else {
                    binder.add(elementType, value);
                }
            }
        }
    }

    private static void bindSingle(Binder binder, @Nullable Object value) throws SQLException {
        switch (value) {
            case UUID uuid -> binder.add(uuid);
            case Integer number -> binder.add(number.intValue());
            case Boolean flag -> binder.add(flag.booleanValue());
            case null, default -> throw new IllegalArgumentException("a single parameter is " + value);
        }
    }

    /** Values by parameter; those that are not set are null. Filled and bound by one thread. */
    static final class Values {
        private final Map<FlushParameter, Object> values = new EnumMap<>(FlushParameter.class);

        /** Sets a value of the fitting Java type; arrays of primitives or objects. */
        Values set(FlushParameter parameter, @Nullable Object value) {
            if (value != null) {
                values.put(parameter, value);
            }
            return this;
        }

        /** Binds all parameters in order. */
        void bind(Binder binder) throws SQLException {
            for (FlushParameter parameter : ALL) {
                parameter.bind(binder, values.get(parameter));
            }
        }
    }
}

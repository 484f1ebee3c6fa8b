package dev.holdfast.json;

import dev.holdfast.Codec;
import dev.holdfast.HoldfastException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.TypeToken;
import dev.holdfast.UndecodableException;
import dev.holdfast.admin.ThrowableText;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Stores values as JSON, by Jackson, so that people can read them. Values from outside are checked strictly: unknown
 * members, missing members and coercions (a string for a number, a fraction for an integer) are refused. A member of a
 * record may be missing if it is annotated as {@code Nullable}, is an {@code Optional}, or gets a default in the
 * constructor. Stored values are read tolerantly. Duplicate members and a depth over 100 are refused in both cases.
 * Immutable, safe for all threads.
 *
 * <p>Sets and maps keep their order, dates their offset and zone. Where no type is declared, as in a {@code Map<String,
 * Object>}, a value comes back as JSON knows it: a whole number as the smallest of {@code Integer}, {@code Long} and
 * {@code BigInteger}, a fraction as {@code BigDecimal}. A value whose declared type is a sealed interface or class is
 * stored with the simple name of its class as the member {@code "@type"}, unless annotations of Jackson say otherwise.
 */
public final class JacksonCodec implements Codec {
    private static final int DEPTH_MAX = 100;
    /** The number of bytes from which Jackson guesses the encoding. */
    private static final int DETECTED = 4;

    private static final Set<Type> ROUND_TRIPPING = Set.of(
            String.class, Integer.class, Long.class, Short.class, Byte.class, Boolean.class, UUID.class, Void.class);

    private final JsonMapper tolerant = mapper(unlimited())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final JsonMapper strict = mapper(limited())
            .annotationIntrospector(new StrictTypes())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();
    private final JsonMapper exact = mapper(unlimited()).build();
    private final JsonMapper exactInput = mapper(limited()).build();
    private final Map<TypeToken<?>, ObjectWriter> writers = new ConcurrentHashMap<>();
    private final Map<TypeToken<?>, ObjectReader> readers = new ConcurrentHashMap<>();

    /**
     * Makes a codec; one serves all engines of a process. Throws {@link HoldfastException} when the versions of Jackson
     * on the class path do not fit together.
     */
    public JacksonCodec() {}

    /** What holds for all values: order, offset, zone and precision are kept. */
    private static JsonMapper.Builder mapper(JsonFactory factory) {
        try {
            return JsonMapper.builder(factory)
                    .annotationIntrospector(new SealedTypes())
                    .addAbstractTypeResolver(new OrderedCollections())
                    .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                    .disable(DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID)
                    .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
        } catch (NoClassDefFoundError | NoSuchMethodError | NoSuchFieldError e) {
            throw new HoldfastException(
                    "the versions of Jackson on the class path do not fit together (" + e.getMessage()
                            + "): tools.jackson.core:jackson-databind needs a newer"
                            + " com.fasterxml.jackson.core:jackson-annotations than the one that this application's"
                            + " build selects. Import dev.holdfast:holdfast-bom before the BOM of your framework",
                    e);
        }
    }

    /** Values from outside have the limits of Jackson, and a depth of 100. */
    private static JsonFactory limited() {
        return factory(StreamReadConstraints.builder());
    }

    /** Stored values are read whatever the length of their parts: their size was checked when they were written. */
    private static JsonFactory unlimited() {
        return factory(StreamReadConstraints.builder()
                .maxNumberLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .maxStringLength(Integer.MAX_VALUE));
    }

    private static JsonFactory factory(StreamReadConstraints.Builder constraints) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(constraints.maxNestingDepth(DEPTH_MAX).build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(DEPTH_MAX)
                        .build())
                .build();
    }

    @Override
    public byte[] encode(@Nullable Object value, TypeToken<?> type) {
        try {
            return writers.computeIfAbsent(type, t -> tolerant.writerFor(tolerant.constructType(t.type())))
                    .writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw invalid("a value of type " + type + " cannot be written as JSON", e);
        }
    }

    @Override
    public <T> @Nullable T decode(byte[] bytes, TypeToken<T> type) {
        try {
            return readers.computeIfAbsent(type, t -> tolerant.readerFor(tolerant.constructType(t.type())))
                    .readValue(bytes);
        } catch (JacksonException | NumberFormatException e) {
            throw new UndecodableException(type, e);
        }
    }

    @Override
    public <T> @Nullable T decodeStrictly(byte[] bytes, TypeToken<T> type) {
        requireUtf8(bytes);
        try {
            T value = readStrictly(bytes, type);
            if (value == null && type.type() != Void.class) {
                throw new InvalidInputException("the input is null: expected a value");
            }
            MissingMembers.refuse(value);
            return value;
        } catch (JacksonException e) {
            throw invalid("the input does not fit", e);
        } catch (NumberFormatException e) {
            throw new InvalidInputException("the input does not fit: " + e.getMessage());
        }
    }

    @Override
    public boolean roundTrips(TypeToken<?> type) {
        return ROUND_TRIPPING.contains(type.type());
    }

    /** Tries an input that does not fit once more, with whole numbers such as 3.0 spelled as integers. */
    private <T> @Nullable T readStrictly(byte[] bytes, TypeToken<T> token) {
        JavaType type = strict.constructType(token.type());
        try {
            return strict.readValue(bytes, type);
        } catch (MismatchedInputException e) {
            return strict.treeToValue(IntegralNumbers.in(exactInput.readTree(bytes)), type);
        }
    }

    @Override
    public byte[] digest(byte[] bytes) {
        requireUtf8(bytes);
        try {
            JsonNode tree = exact.readTree(bytes);
            if (tree.isMissingNode()) {
                throw new InvalidInputException("the input is not JSON: it is empty");
            }
            return new CanonicalJson().add(tree).digest();
        } catch (JacksonException e) {
            throw invalid("the input is not JSON", e);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new InvalidInputException("the input has a number out of range: " + e.getMessage());
        }
    }

    /**
     * Jackson also reads UTF-16 and UTF-32, by the first bytes; everyone else who reads the stored value expects UTF-8
     * (RFC 8259, section 8.1), in which JSON has no zero byte.
     */
    private static void requireUtf8(byte[] bytes) {
        int first = bytes.length > 1 ? (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF : 0;
        boolean mark = first == 0xFEFF || first == 0xFFFE;
        boolean zero = false;
        for (int i = 0; i < Math.min(bytes.length, DETECTED); i++) {
            zero |= bytes[i] == 0;
        }
        if (mark || zero) {
            throw new InvalidInputException("the input begins like UTF-16 or UTF-32: expected JSON in UTF-8");
        }
    }

    private static InvalidInputException invalid(String what, JacksonException e) {
        if (ParserMessages.isSyntax(e)) {
            return new InvalidInputException("the input is not valid JSON at " + ParserMessages.place(e));
        }
        String path = path(e);
        if (e.getCause() instanceof InvalidInputException refused) {
            path = refused.field()
                    .map((path.isEmpty() ? "" : path + ".")::concat)
                    .orElse(path);
        }
        return path.isEmpty()
                ? new InvalidInputException(what + ": " + why(e))
                : new InvalidInputException(path, what + " at " + path + ": " + why(e));
    }

    /** Prefers the message of the type's own check, such as a compact constructor, to that of the parser. */
    private static String why(JacksonException e) {
        Throwable cause = e.getCause();
        return cause instanceof IllegalArgumentException || cause instanceof HoldfastException
                ? ThrowableText.message(cause)
                : ParserMessages.text(e);
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference reference : e.getPath()) {
            if (reference.getPropertyName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
            }
        }
        return path.toString();
    }
}

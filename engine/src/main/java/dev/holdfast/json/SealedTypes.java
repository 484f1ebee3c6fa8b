package dev.holdfast.json;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Reads the annotations of Jackson, and adds what a sealed type without any needs: the simple name of the class, as the
 * member {@code @type}. Without state.
 */
class SealedTypes extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;
    private static final JsonTypeInfo.Value TYPE_MEMBER = JsonTypeInfo.Value.construct(
            JsonTypeInfo.Id.SIMPLE_NAME, JsonTypeInfo.As.PROPERTY, "@type", null, false, null, null);

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        JsonTypeInfo.Value declared = super.findPolymorphicTypeInfo(config, annotated);
        return declared == null && annotated instanceof AnnotatedClass type && isBareSealed(type.getRawType())
                ? TYPE_MEMBER
                : declared;
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
        if (annotated instanceof AnnotatedClass type && isBareSealed(type.getRawType())) {
            requireNames(type.getRawType());
        }
        return super.findSubtypes(config, annotated);
    }

    private static void requireNames(Class<?> sealed) {
        Map<String, Class<?>> byName = new HashMap<>();
        leaves(sealed).distinct().forEach(leaf -> {
            JsonTypeName named = leaf.getAnnotation(JsonTypeName.class);
            Class<?> other = byName.putIfAbsent(named == null ? leaf.getSimpleName() : named.value(), leaf);
            if (other != null) {
                throw DatabindException.from(
                        (JsonParser) null,
                        "the sealed type " + sealed.getName()
                                + " has two classes of one name, " + other.getName() + " and " + leaf.getName()
                                + ": give one of them a @JsonTypeName");
            }
        });
    }

    /** The classes that values of this type may have. */
    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed() && !type.isEnum()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(SealedTypes::leaves)
                : Stream.of(type);
    }

    /** Whether nothing says how it is written. Enums with bodies are sealed, too, and JSON knows enums. */
    private static boolean isBareSealed(Class<?> type) {
        return type.isSealed()
                && !type.isEnum()
                && !type.isAnnotationPresent(JsonSerialize.class)
                && !type.isAnnotationPresent(JsonDeserialize.class)
                && Arrays.stream(type.getDeclaredMethods())
                        .noneMatch(method -> method.isAnnotationPresent(JsonValue.class)
                                || method.isAnnotationPresent(JsonCreator.class));
    }
}

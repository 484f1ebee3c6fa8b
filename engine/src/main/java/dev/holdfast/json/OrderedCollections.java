package dev.holdfast.json;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AbstractTypeResolver;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;

/** Has sets and maps without an order of their own read into those that keep the order of the JSON. Stateless. */
final class OrderedCollections extends AbstractTypeResolver {
    private static final Map<Class<?>, Class<?>> ORDERED = Map.of(
            Set.class, LinkedHashSet.class,
            HashSet.class, LinkedHashSet.class,
            HashMap.class, LinkedHashMap.class);

    @Override
    public @Nullable JavaType findTypeMapping(DeserializationConfig config, JavaType type) {
        Class<?> ordered = ORDERED.get(type.getRawClass());
        return ordered == null ? null : config.getTypeFactory().constructSpecializedType(type, ordered);
    }
}

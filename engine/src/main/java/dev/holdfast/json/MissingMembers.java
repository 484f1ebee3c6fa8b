package dev.holdfast.json;

import dev.holdfast.InvalidInputException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses records that JSON left without a value: a component that is null after construction must be declared
 * nullable, by any annotation of the name {@code Nullable}. A constructor that replaces null has a default. Stateless.
 */
final class MissingMembers {
    /** The component of a record. */
    private record Component(String name, Class<?> type, Method accessor, boolean nullable) {}

    private static final ClassValue<List<Component>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .filter(component -> !component.getType().isPrimitive())
                    .flatMap(MissingMembers::component)
                    .toList();
        }
    };

    private MissingMembers() {}

    private static Stream<Component> component(RecordComponent component) {
        Method accessor = component.getAccessor();
        try {
            accessor.setAccessible(true);
        } catch (InaccessibleObjectException e) { // of a module that is not open: nothing to be seen there
            return Stream.empty();
        }
        boolean nullable = Stream.of(component, component.getAnnotatedType(), accessor)
                .map(AnnotatedElement::getAnnotations)
                .flatMap(Arrays::stream)
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
        return Stream.of(new Component(component.getName(), component.getType(), accessor, nullable));
    }

    /** Throws {@link InvalidInputException} that names the first missing member in this value. */
    static void refuse(@Nullable Object value) {
        refuse(value, "");
    }

    private static void refuse(@Nullable Object value, String path) {
        switch (value) {
            case Record members -> refuseIn(members, path.isEmpty() ? "" : path + ".");
            case Optional<?> optional -> optional.ifPresent(present -> refuse(present, path));
            case Map<?, ?> map ->
                map.forEach((key, member) -> refuse(member, path.isEmpty() ? "" + key : path + "." + key));
            case Iterable<?> elements -> {
                int index = 0;
                for (Object element : elements) {
                    refuse(element, path + "[" + index++ + "]");
                }
            }
            case Object[] elements -> refuse(Arrays.asList(elements), path);
            case null, default -> {}
        }
    }

    private static void refuseIn(Record members, String prefix) {
        for (Component component : COMPONENTS.get(members.getClass())) {
            Object member = read(component, members);
            if (member != null) {
                refuse(member, prefix + component.name());
            } else if (!component.nullable()) {
                String path = prefix + component.name();
                throw new InvalidInputException(
                        path,
                        path + " is missing: expected a value of type "
                                + component.type().getSimpleName());
            }
        }
    }

    private static @Nullable Object read(Component component, Record members) {
        try {
            return component.accessor().invoke(members);
        } catch (ReflectiveOperationException e) {
            throw new InvalidInputException(component.name(), component.name() + " cannot be read: " + e.getCause());
        }
    }
}

package dev.holdfast.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;

/** Requires the primitive components of records, which would silently be 0 or false. Stateless. */
final class StrictTypes extends SealedTypes {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
        Boolean declared = super.hasRequiredMarker(config, member);
        return declared == null && member instanceof AnnotatedParameter parameter && isPrimitiveComponent(parameter)
                ? Boolean.TRUE
                : declared;
    }

    private static boolean isPrimitiveComponent(AnnotatedParameter parameter) {
        return parameter.getDeclaringClass().isRecord()
                && parameter.getRawType().isPrimitive();
    }
}

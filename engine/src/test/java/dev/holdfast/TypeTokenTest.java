package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TypeTokenTest {
    private static <T> TypeToken<T> plain() {
        return new TypeToken<>() {};
    }

    private static <T> TypeToken<Map<String, List<T>>> nested() {
        return new TypeToken<>() {};
    }

    private static <T> TypeToken<List<? extends T>> bounded() {
        return new TypeToken<>() {};
    }

    private static <T> TypeToken<List<T>[]> array() {
        return new TypeToken<>() {};
    }

    @Test
    void aTypeVariableIsRefusedWhereTheTokenIsMade() {
        List.<Runnable>of(TypeTokenTest::plain, TypeTokenTest::nested, TypeTokenTest::bounded, TypeTokenTest::array)
                .forEach(made -> assertThatThrownBy(made::run)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(" has one: pass the token on")
                        .hasMessageContaining("new TypeToken<List<Order>>() {}"));
    }

    @Test
    void typesWithoutVariablesAreFine() {
        assertThat(new TypeToken<List<? extends Map<String, int[]>>>() {})
                .hasToString("java.util.List<? extends java.util.Map<java.lang.String, int[]>>");
        assertThat(new TypeToken<List<String>>() {}).isEqualTo(new TypeToken<List<String>>() {});
    }
}

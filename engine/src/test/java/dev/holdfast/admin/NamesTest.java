package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.Submission;
import dev.holdfast.TypeToken;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names that users choose, where they choose them. */
final class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "transfer-funds", "a.b_c-9", "0"})
    void definitionsMayBeCalledSo(String name) {
        assertThat(Definition.of(name, 1, String.class, String.class).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a b", "a/b", "ä", "a:b", "a\n", "*", "a@b"})
    void definitionsMayNotBeCalledSo(String name) {
        assertThatThrownBy(() -> Definition.of(name, 1, String.class, String.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("definition name");
    }

    @Test
    @SuppressWarnings("NullAway") // a program of users need not be checked
    void nullIsRefusedByTheNameOfTheArgument() {
        assertThatThrownBy(() -> Submission.key(null)).hasMessageContaining("idempotency key is null");
        assertThatThrownBy(() -> Submission.id(null)).hasMessageContaining("workflow id is null");
        assertThatThrownBy(() -> Step.named(null)).hasMessageContaining("step name is null");
        assertThatThrownBy(() -> Submission.plain().label("tenant", null))
                .hasMessageContaining("value of label tenant is null");
    }

    @Test
    void definitionsHaveLimits() {
        assertThatCode(() -> Definition.of("d".repeat(100), 1, String.class, String.class))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Definition.of("d".repeat(101), 1, String.class, String.class))
                .hasMessageContaining("101 characters");
        assertThatThrownBy(() -> Definition.of("d", 0, String.class, String.class))
                .hasMessageContaining("versions start at 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A", "order-42", "a.b_c:d@e-f", "0"})
    void keysAndIdsMayBeCalledSo(String name) {
        assertThat(Submission.key(name).key()).contains(name);
        assertThat(Submission.key(name).id()).isEmpty();
        assertThat(Submission.id(name).id()).contains(name);
        assertThat(Submission.id(name).key()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "ä", "a\u0000", "a\n", "*", "a#b", "😀"})
    void keysAndIdsMayNotBeCalledSo(String name) {
        assertThatThrownBy(() -> Submission.key(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("idempotency key");
        assertThatThrownBy(() -> Submission.id(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("workflow id");
    }

    @Test
    void keysAndIdsHaveALimit() {
        assertThat(Submission.key("k".repeat(200)).key()).isPresent();
        assertThatThrownBy(() -> Submission.key("k".repeat(201))).hasMessageContaining("201 characters");
        assertThatThrownBy(() -> Submission.id("k".repeat(201))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\n", "\u0000", "a\ud800", "\udc00a", "\ude00\ud83d", "\u009f"})
    void stepsAndLabelsMayNotBeCalledSo(String name) {
        assertThatThrownBy(() -> Step.named(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Submission.plain().label(name, "v")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Submission.plain().label("n", name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "größe 的", "😀", "a 😀 b", "👩‍🚀", "\uD834\uDD1E"})
    void stepsAndLabelsMayBeCalledSo(String name) {
        assertThat(Step.named(name).name()).isEqualTo(name);
        assertThat(Submission.plain().label(name, name).labels()).isEqualTo(Map.of(name, name));
    }

    @Test
    void stepsAndLabelsHaveLimits() {
        assertThat(Step.named("größe 的 " + "s".repeat(192)).name()).hasSize(200);
        assertThatThrownBy(() -> Step.named("s".repeat(201))).isInstanceOf(IllegalArgumentException.class);
        Submission all = Submission.plain();
        for (int i = 0; i < 20; i++) {
            all = all.label("label " + i, "v".repeat(200));
        }
        Submission full = all;
        assertThat(full.labels()).hasSize(20);
        assertThat(full.label("label 7", "new").labels()).containsEntry("label 7", "new");
        assertThatThrownBy(() -> full.label("one more", "v")).hasMessageContaining("at most 20");
        assertThatThrownBy(() -> full.label("label 7", "v".repeat(201))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void optionsDoNotChangeWhatTheyAreMadeFrom() {
        Submission plain = Submission.plain();
        assertThat(plain.label("a", "b").labels()).isEqualTo(Map.of("a", "b"));
        assertThat(plain.labels()).isEmpty();
        Step step = Step.named("s");
        assertThat(step.timeout(Duration.ofSeconds(1)).timeout()).contains(Duration.ofSeconds(1));
        assertThat(step.timeout()).isEmpty();
        assertThat(step.rejects(IllegalStateException.class).isRejection(new IllegalStateException()))
                .isTrue();
        assertThat(step.isRejection(new IllegalStateException())).isFalse();
        assertThat(step.isRejection(new StepRejected("no"))).isTrue();
        for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> step.timeout(none)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aTypeTokenIsItsType() {
        assertThat(TypeToken.of(String.class))
                .isEqualTo(new TypeToken<String>() {})
                .hasToString("java.lang.String");
        assertThat(new TypeToken<List<String>>() {})
                .isEqualTo(new TypeToken<List<String>>() {})
                .hasSameHashCodeAs(new TypeToken<List<String>>() {})
                .isNotEqualTo(new TypeToken<List<Integer>>() {});
    }

    @Test
    void aListHasALimit() {
        assertThatThrownBy(() -> WorkflowFilter.newest(0)).isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> WorkflowFilter.newest(501)).isInstanceOf(InvalidOptionException.class);
        assertThat(WorkflowFilter.newest(500).limit()).isEqualTo(500);
    }
}

package dev.holdfast.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ApiKeyTextTest {
    @Test
    void readsWhatItWrites() {
        Stream.generate(ApiKeyText::random).limit(1_000).forEach(key -> {
            assertThat(key.text()).matches("hf_[0-9a-v]{8}_[0-9a-v]{52}");
            assertThat(ApiKeyText.parse(key.text())).contains(key);
            assertThat(key.matches(key.hash())).isTrue();
            assertThat(key.matches(ApiKeyText.random().hash())).isFalse();
        });
    }

    @Test
    void noTwoAreTheSame() {
        assertThat(Stream.generate(ApiKeyText::random).limit(1_000).collect(Collectors.toSet()))
                .hasSize(1_000);
    }

    @Test
    void hashesTheWholeKey() {
        ApiKeyText key = ApiKeyText.random();

        assertThat(new ApiKeyText("00000000", key.secret()).hash()).isNotEqualTo(key.hash());
        assertThat(new ApiKeyText("aaaaaaaa", "0".repeat(52)).hash())
                .hasSize(64)
                .matches("[0-9a-f]+");
    }

    @Test
    void doesNotShowItsSecret() {
        ApiKeyText key = ApiKeyText.random();

        assertThat(key.toString()).doesNotContain(key.secret()).contains(key.prefix());
    }
}

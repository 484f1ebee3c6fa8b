package dev.holdfast.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Position;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdempotencyKeyTest {
    /** Computed by another program. They are stored and handed to the outside, so they never change. */
    @ParameterizedTest
    @CsvSource({
        "00000000-0000-0000-0000-000000000000,, 0, 1a6da6c5-a323-82a6-853c-42895c2a9f3d",
        "0192f0c1-2345-7abc-8def-0123456789ab,, 0, 92b568c7-b218-820d-8937-626dd0c9d16e",
        "0192f0c1-2345-7abc-8def-0123456789ab,, 1, c3ce1d62-4437-8a13-bdd1-cb815f1c934d",
        "0192f0c1-2345-7abc-8def-0123456789ab,, 2147483647, 7b6c95cc-ad18-8168-a7ee-ba39f7af6ee9",
        "0192f0c1-2345-7abc-8def-0123456789ab, 0/2, 1, aa7a9d0e-ec86-838a-9053-e26f366359fb",
        "ffffffff-ffff-ffff-ffff-ffffffffffff, größe, 7, ef2981b7-9559-8a9f-bf03-74cef7791e6a",
    })
    void theFormatIsForEver(UUID uid, @Nullable String branch, int position, UUID expected) {
        assertThat(IdempotencyKey.of(uid, 1, new Position(branch == null ? Position.MAIN : branch, position)))
                .isEqualTo(expected);
        assertThat(expected.version()).isEqualTo(8);
        assertThat(expected.variant()).isEqualTo(2);
    }

    @Test
    void everyPositionOfEveryWorkflowHasItsOwn() {
        Set<UUID> keys = new HashSet<>();
        for (int workflow = 0; workflow < 100; workflow++) {
            UUID uid = UUID.randomUUID();
            for (int position = 0; position < 100; position++) {
                keys.add(IdempotencyKey.of(uid, 1, Position.main(position)));
                keys.add(IdempotencyKey.of(uid, 1, new Position("0", position)));
            }
        }
        assertThat(keys).hasSize(20_000);
    }

    @Test
    void theNextRunHasOtherKeys() {
        UUID uid = UUID.randomUUID();
        assertThat(IdempotencyKey.of(uid, 2, Position.main(0)))
                .isNotEqualTo(IdempotencyKey.of(uid, 1, Position.main(0)));
    }
}

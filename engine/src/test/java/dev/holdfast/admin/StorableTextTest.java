package dev.holdfast.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

final class StorableTextTest {
    @Test
    void whatCanBeStoredStaysAsItIs() {
        for (String text : new String[] {"", "plain", "größe 的\n\t", "😀", "\u0001\u007f\uffff"}) {
            assertThat(StorableText.storable(text, 100)).isEqualTo(text);
        }
        assertThat(StorableText.storable("12345", 5)).isEqualTo("12345");
    }

    @Test
    void whatIsTooLongIsCutWithAMark() {
        assertThat(StorableText.storable("123456", 5)).isEqualTo("1234…");
        assertThat(StorableText.storable("123456", 1)).isEqualTo("…");
    }

    @Test
    void whatCannotBeStoredIsReplaced() {
        assertThat(StorableText.storable("a\u0000b", 10)).isEqualTo("a\ufffdb");
        assertThat(StorableText.storable("a\ud800b", 10)).isEqualTo("a\ufffdb");
        assertThat(StorableText.storable("\udc00\ud800", 10)).isEqualTo("\ufffd\ufffd");
        assertThat(StorableText.storable("😀\u0000😀", 10)).isEqualTo("😀\ufffd😀");
    }

    @Test
    void aCutThroughAPairLeavesNoHalf() {
        assertThat(StorableText.storable("a😀😀", 3)).isEqualTo("a\ufffd…");
    }

    @Test
    void anyTextCanBeStored() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                text.append((char) (random.nextBoolean() ? random.nextInt(1 << 16) : 0xD7F0 + random.nextInt(0x820)));
            }
            int max = 1 + random.nextInt(40);
            String stored = StorableText.storable(text.toString(), max);
            assertThat(stored).as("seed %s", seed).doesNotContain("\u0000").hasSizeLessThanOrEqualTo(max);
            assertThat(new String(stored.getBytes(UTF_8), UTF_8))
                    .as("seed %s", seed)
                    .isEqualTo(stored);
            assertThat(StorableText.storable(stored, max)).as("seed %s", seed).isEqualTo(stored);
        }
    }
}

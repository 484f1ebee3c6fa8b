package dev.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.InvalidInputException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkflowIdsTest {
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuv";

    /** Computed by another program. Ids are in other people's databases, so they never change. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 00000000-0000-7000-8000-00000000015f, h10000000000000000e0080000000000av",
        "7, 2951, 42, 019ab697-e800-7abc-9234-56789abc481d, h1003gn1o1jar9fq00fau94d2mf2dboi0t",
        "255, 65535, -1, ffffffff-ffff-7fff-bfff-ffffffff89dc, h103vvvvvvvvvvvvvvfvvrvvvvvvvvv2es",
    })
    void theFormOfIdsIsForEver(int bucket, int era, long seed, UUID uid, String id) {
        WorkflowKey key = new WorkflowKey(bucket, era, uid);
        WorkflowIds ids = new WorkflowIds(256, seed);
        assertThat(ids.format(key)).isEqualTo(id);
        assertThat(ids.parse(id)).contains(key);
    }

    /** Computed by another program. Rows lie where this says, so it never changes. */
    @ParameterizedTest
    @CsvSource({
        "'', 0, 2, 66, 50242, 610",
        "order-42, 0, 7, 87, 45399, 71",
        "a, 0, 2, 18, 33042, 610",
        "Own:id@x.y_z-1, 0, 11, 235, 1771, 907",
        "größe 的, 0, 8, 24, 38680, 768",
    })
    void theBucketOfANameIsForEver(String name, int of1, int of16, int of256, int of65536, int of1000) {
        assertThat(new WorkflowIds(1, 0).bucketOf(name)).isEqualTo(of1);
        assertThat(new WorkflowIds(16, 1).bucketOf(name)).isEqualTo(of16);
        assertThat(new WorkflowIds(256, 2).bucketOf(name)).isEqualTo(of256);
        assertThat(new WorkflowIds(65_536, 3).bucketOf(name)).isEqualTo(of65536);
        assertThat(new WorkflowIds(1_000, 4).bucketOf(name)).isEqualTo(of1000);
    }

    @Test
    void namesSpreadOverAllBuckets() {
        WorkflowIds ids = new WorkflowIds(256, 0);
        int[] counts = new int[256];
        for (int i = 0; i < 256 * 100; i++) {
            counts[ids.bucketOf("order-" + i)]++;
        }
        assertThat(Arrays.stream(counts)).allMatch(count -> count > 40 && count < 200);
    }

    @Test
    void whatIsGeneratedCanBeRead() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            int buckets = 1 + random.nextInt(1 << 16);
            WorkflowIds ids = new WorkflowIds(buckets, random.nextLong());
            long millis = random.nextLong(1L << 48);
            WorkflowKey key =
                    ids.generate(random.nextInt(buckets), random.nextInt(1 << 16), Instant.ofEpochMilli(millis));
            String id = ids.format(key);
            assertThat(id).as("seed %s", seed).hasSize(34).matches("h1[0-9a-v]{32}");
            assertThat(ids.parse(id)).as("seed %s", seed).contains(key);
            assertThat(key.uid().version()).isEqualTo(7);
            assertThat(key.uid().variant()).isEqualTo(2);
            assertThat(key.uid().getMostSignificantBits() >>> 16).isEqualTo(millis);
        }
    }

    @Test
    void idsOfOneMillisecondDiffer() {
        WorkflowIds ids = new WorkflowIds(256, 0);
        Set<String> generated = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            generated.add(ids.format(ids.generate(5, 7, Instant.ofEpochSecond(1_764_000_000))));
        }
        assertThat(generated).hasSize(20_000);
    }

    @Test
    void aUidTellsWhenItWasMadeToTheMicrosecond() {
        WorkflowIds ids = new WorkflowIds(256, 0);
        Instant second = Instant.parse("2026-11-21T06:00:00Z");
        for (int micros = 0; micros < 1_000_000; micros += 7) {
            Instant at = second.plusNanos(micros * 1_000L);
            UUID uid = ids.generate(5, 7, at).uid();
            assertThat(WorkflowIds.acceptedAt(uid)).isEqualTo(at);
            assertThat(uid.toString()).isGreaterThan(WorkflowIds.firstAt(at).toString());
            assertThat(uid.toString())
                    .isLessThan(WorkflowIds.firstAt(at.plusNanos(1)).toString());
            assertThat(WorkflowIds.firstAt(at.plusNanos(1))).isEqualTo(WorkflowIds.firstAt(at.plusNanos(1_000)));
        }
    }

    @Test
    void anyTimeHasItsPlaceAmongTheUids() {
        List<String> ordered = Stream.of(
                        Instant.MIN,
                        Instant.EPOCH,
                        Instant.parse("2026-11-21T06:00:00.999999999Z"),
                        Instant.parse("9999-12-31T23:59:59Z"),
                        Instant.MAX)
                .map(time -> WorkflowIds.firstAt(time).toString())
                .toList();
        assertThat(ordered).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void anyOtherFormIsACallersOwn() {
        WorkflowIds ids = new WorkflowIds(256, 42);
        String real = "h1003gn1o1jar9fq00fau94d2mf2dboi0t";
        List<String> others = List.of(
                "",
                "h1",
                "order-42",
                real.substring(1),
                real + "0",
                real.substring(0, 33),
                "h2" + real.substring(2),
                "H1" + real.substring(2),
                real.substring(0, 33) + "w",
                real.substring(0, 33) + "T",
                real.substring(0, 33) + "-",
                "h1" + "z".repeat(32));
        assertThat(others).allSatisfy(id -> assertThat(ids.parse(id)).isEmpty());
    }

    @Test
    void whatWasNeverGeneratedHereIsRefused() {
        WorkflowIds ids = new WorkflowIds(256, 42);
        String real = "h1003gn1o1jar9fq00fau94d2mf2dboi0t";
        assertThat(ids.parse(real)).isPresent();
        assertThatThrownBy(() -> new WorkflowIds(256, 43).parse(real)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new WorkflowIds(7, 42).parse(real)).isInstanceOf(InvalidInputException.class);
        InvalidInputException refused =
                catchThrowableOfType(InvalidInputException.class, () -> ids.parse("h1" + "0".repeat(32)));
        assertThat(refused.field()).contains("id");
        assertThat(refused).hasMessageContaining("never generated");
    }

    /** One digit in 65,536 guesses right; 32 × 31 changes of one id must not have more than a few of those. */
    @Test
    void aChangedDigitIsFoundOut() {
        WorkflowIds ids = new WorkflowIds(256, 42);
        String real = "h1003gn1o1jar9fq00fau94d2mf2dboi0t";
        int accepted = 0;
        for (int i = 2; i < real.length(); i++) {
            for (int digit = 0; digit < ALPHABET.length(); digit++) {
                String changed = real.substring(0, i) + ALPHABET.charAt(digit) + real.substring(i + 1);
                accepted += !changed.equals(real) && isAccepted(ids, changed) ? 1 : 0;
            }
        }
        assertThat(accepted).isZero();
    }

    @Test
    void aForgedIdIsFoundOutButForOneIn65536() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        WorkflowIds ids = new WorkflowIds(65_536, random.nextLong());
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder id = new StringBuilder("h1");
            random.ints(32, 0, ALPHABET.length()).mapToObj(ALPHABET::charAt).forEach(id::append);
            accepted += isAccepted(ids, id.toString()) ? 1 : 0;
        }
        assertThat(accepted).as("seed %s", seed).isLessThan(20);
    }

    private static boolean isAccepted(WorkflowIds ids, String id) {
        try {
            return ids.parse(id).isPresent();
        } catch (InvalidInputException e) {
            return false;
        }
    }

    @Test
    void theNumberOfBucketsHasBounds() {
        assertThatThrownBy(() -> new WorkflowIds(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WorkflowIds(65_537, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new WorkflowIds(1, 0).generate(0, 0, Instant.EPOCH).bucket()).isZero();
    }
}

package dev.holdfast.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.json.JacksonCodec;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SQL computes what Java computes: buckets, uids and their check, ids, digests of inputs and ids of signals. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubmitVectorsTest {
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "order-17",
            "A.z_9:@-",
            "\"quoted\"",
            "back\\slash\\000",
            "tab\tline\n",
            "é",
            "日本",
            "\uffff",
            "\ud83d\ude00",
            "a\ud83d\ude00z",
            "\ue000",
            "\u007f\u0080",
            "%s %1$s",
            "\\x00");

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private <T> T sql(Class<T> type, String expression, Object... arguments) {
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery("select " + expression);
            for (int i = 0; i < arguments.length; i++) {
                query.bind(i, arguments[i]);
            }
            return query.mapTo(type).one();
        });
    }

    private long anyLong() {
        return switch (random.nextInt(4)) {
            case 0 -> Long.MIN_VALUE >> random.nextInt(64);
            case 1 -> Long.MAX_VALUE >>> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    @Test
    void theBucketOfAName() {
        for (String name : TEXTS) {
            for (int buckets : new int[] {1, 4, 256, 65_536}) {
                assertThat(sql(Integer.class, "holdfast.bucket_of(?, ?)", name, buckets))
                        .as("%s of %d", name, buckets)
                        .isEqualTo(new WorkflowIds(buckets, 0).bucketOf(name));
            }
        }
    }

    @Test
    void theIdOfAPlaceAndThePlaceOfAnId() {
        for (int i = 0; i < 300; i++) {
            WorkflowIds ids = new WorkflowIds(65_536, anyLong());
            setSeed(ids);
            Instant at = Instant.ofEpochSecond(random.nextLong(0, 1L << 34), random.nextInt(1_000_000) * 1_000L);
            WorkflowKey key = ids.generate(random.nextInt(65_536), random.nextInt(65_536), at);
            String id = ids.format(key);
            assertThat(sql(String.class, "holdfast.id_of(?, ?, ?)", key.bucket(), key.era(), key.uid()))
                    .as("seed %d", seed)
                    .isEqualTo(id);
            assertThat(sql(String.class, "holdfast.place_of(?)::text", id))
                    .as("%s, seed %d", id, seed)
                    .isEqualTo("(" + key.bucket() + "," + key.era() + "," + key.uid() + ",t)");
            String wrong = id.substring(0, 33) + (id.charAt(33) == '0' ? '1' : '0');
            assertThat(sql(Boolean.class, "(holdfast.place_of(?)).is_valid", wrong))
                    .as(wrong)
                    .isFalse();
        }
    }

    private void setSeed(WorkflowIds ids) {
        jdbi.useHandle(handle -> {
            handle.execute("delete from holdfast.settings");
            handle.execute(
                    "insert into holdfast.settings (buckets, id_seed, era_seconds) values (?, ?, 604800)",
                    ids.buckets(),
                    ids.seed());
        });
    }

    @Test
    void javaAcceptsAUidThatSqlMakes() {
        for (int i = 0; i < 300; i++) {
            WorkflowIds ids = new WorkflowIds(256, anyLong());
            int bucket = random.nextInt(256);
            int era = random.nextInt(65_536);
            long micros = random.nextLong(0, 1L << 52);
            UUID uid = sql(
                    UUID.class,
                    "holdfast.new_uid(?, ?, ?, timestamptz 'epoch' + ? * interval '1 microsecond', gen_random_uuid())",
                    ids.seed(),
                    bucket,
                    era,
                    micros);
            WorkflowKey key = new WorkflowKey(bucket, era, uid);
            assertThat(ids.parse(ids.format(key))).as("seed %d", seed).contains(key);
            assertThat(uid.version()).isEqualTo(7);
            assertThat(uid.variant()).isEqualTo(2);
            assertThat(WorkflowIds.acceptedAt(uid))
                    .as("%d micros, seed %d", micros, seed)
                    .isEqualTo(Instant.EPOCH.plusSeconds(micros / 1_000_000).plusNanos(micros % 1_000_000 * 1_000));
        }
    }

    @Test
    void theDigestOfAnInput() {
        List<String> inputs = new ArrayList<>(List.of(
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "-0",
                "0.00",
                "1",
                "1.0",
                "1e0",
                "100",
                "-120",
                "0.0012",
                "12.3400",
                "1e30",
                "1E-7",
                "123456789012345678901234567890.5",
                "-0.5e-3",
                "10000000000",
                "{\"b\":1,\"a\":{\"\":[]}}",
                "{\"\ue000\":1,\"\ud83d\ude00\":2,\"aa\":3,\"a\":4,\"é\":5}",
                "[1,[2,[3,{\"a\":[null,true,\"x\"]}]]]",
                "{\"order\":{\"lines\":[{\"sku\":\"a\",\"n\":2.50}]}}"));
        TEXTS.forEach(text -> inputs.add(json(text)));
        IntStream.range(0, 200).forEach(i -> inputs.add(anyJson(4)));
        JacksonCodec codec = new JacksonCodec();
        for (String input : inputs) {
            assertThat(sql(byte[].class, "holdfast.digest_of(?::jsonb)", input))
                    .as("%s, seed %d", input, seed)
                    .isEqualTo(codec.digest(input.getBytes(UTF_8)));
        }
    }

    private static String json(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> json.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : (char) c));
        return json.append('"').toString();
    }

    private String anyJson(int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> json(TEXTS.get(random.nextInt(TEXTS.size())));
            case 1 -> String.valueOf(random.nextLong());
            case 2 -> random.nextInt(2_000) - 1_000 + "." + random.nextInt(1_000) + "e" + (random.nextInt(20) - 10);
            case 3 -> String.valueOf(random.nextBoolean());
            case 4 ->
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> anyJson(depth - 1))
                        .toList()
                        .toString();
            default ->
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> json(TEXTS.get(random.nextInt(TEXTS.size())) + i) + ":" + anyJson(depth - 1))
                        .toList()
                        .toString()
                        .replaceFirst("^\\[", "{")
                        .replaceFirst("]$", "}");
        };
    }

    @Test
    void theIdOfASignal() {
        for (int i = 0; i < 200; i++) {
            UUID uid = new UUID(random.nextLong(), random.nextLong());
            String name = "approval." + random.nextInt(100);
            String key = "key-" + random.nextInt();
            assertThat(sql(UUID.class, "holdfast.signal_id_of(?, ?, ?)", uid, name, key))
                    .as("seed %d", seed)
                    .isEqualTo(SignalMessage.underKey(new WorkflowKey(0, 1, uid), name, key, new byte[0])
                            .id());
        }
    }
}

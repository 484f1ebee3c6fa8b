package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.TypeToken;
import dev.holdfast.Workflow;
import dev.holdfast.memory.MemoryDatabase;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What code gets from a step, and as its input, is the same on the first run and after a crash. */
@Timeout(60)
final class ReplayedValueTest {
    private static final Set<String> CARDS = new LinkedHashSet<>(List.of("card-3", "card-1", "card-2"));

    private final MemoryDatabase database = new MemoryDatabase();

    private static Map<String, Object> untyped() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("z", 1L);
        values.put("y", new BigDecimal("1.10"));
        values.put("x", 1.5f);
        values.put("w", TimeUnit.DAYS);
        values.put("v", CARDS);
        values.put("u", 'c');
        return values;
    }

    static List<Arguments> values() {
        return List.of(
                Arguments.of(new TypeToken<Set<String>>() {}, CARDS),
                Arguments.of(new TypeToken<HashSet<String>>() {}, new HashSet<>(CARDS)),
                Arguments.of(new TypeToken<Iterable<String>>() {}, CARDS),
                Arguments.of(new TypeToken<Set<TimeUnit>>() {}, EnumSet.allOf(TimeUnit.class)),
                Arguments.of(new TypeToken<Set<String>>() {}, new TreeSet<>(CARDS).descendingSet()),
                Arguments.of(new TypeToken<Map<String, Object>>() {}, untyped()),
                Arguments.of(new TypeToken<HashMap<String, Object>>() {}, new HashMap<>(untyped())),
                Arguments.of(TypeToken.of(Object.class), untyped()),
                Arguments.of(TypeToken.of(Number.class), 7L),
                Arguments.of(
                        TypeToken.of(ZonedDateTime.class), ZonedDateTime.parse("2026-07-01T09:30+02:00[Europe/Paris]")),
                Arguments.of(TypeToken.of(OffsetDateTime.class), OffsetDateTime.parse("2026-07-01T09:30+02:00")),
                Arguments.of(TypeToken.of(Date.class), new java.sql.Timestamp(1_234_567)),
                Arguments.of(
                        TypeToken.of(GregorianCalendar.class),
                        new GregorianCalendar(TimeZone.getTimeZone("Europe/Paris"))),
                Arguments.of(new TypeToken<List<String>>() {}, new ArrayList<>(CARDS)));
    }

    private static String shown(Object value) {
        return value.getClass() + " " + value + (value instanceof Map<?, ?> map ? classes(map) : "");
    }

    private static List<Class<?>> classes(Map<?, ?> map) {
        return map.values().stream().<Class<?>>map(Object::getClass).toList();
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void codeGetsTheSameValueAfterACrash(TypeToken<T> type, T value) throws InterruptedException {
        Definition<T, String> work = new Definition<>("work", 1, type, TypeToken.of(String.class));
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Workflow<T, String> code = (ctx, in) -> {
            seen.add(shown(in) + shown(ctx.step(Step.named("make"), type, step -> value)));
            return ctx.step("wait", String.class, step -> {
                reached.countDown();
                if (seen.size() == 1) {
                    never.await();
                }
                return "done";
            });
        };
        String id;
        try (EngineNode first = EngineNode.start(database, builder -> builder.register(work, code))) {
            id = first.submit(work, value).id();
            reached.await();
            first.crash();
        }
        try (EngineNode second = EngineNode.start(database, builder -> builder.register(work, code))) {
            second.engine().handle(id).result(EngineNode.DEADLINE);
        }
        assertThat(seen).hasSize(2);
        assertThat(seen.getLast()).isEqualTo(seen.getFirst());
    }

    @Test
    void eachOfASetIsChargedOnceThoughOneFails() {
        Definition<String, String> pay = Definition.of("pay", 1, String.class, String.class);
        List<String> charged = new CopyOnWriteArrayList<>();
        CountDownLatch third = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Workflow<String, String> code = (ctx, in) -> {
            for (String card : ctx.step(Step.named("cards"), new TypeToken<Set<String>>() {}, step -> CARDS)) {
                ctx.run("charge", step -> {
                    if (charged.size() == 2 && third.getCount() > 0) {
                        third.countDown();
                        never.await();
                    }
                    charged.add(card);
                });
            }
            return "paid";
        };
        String id;
        try (EngineNode first = EngineNode.start(database, builder -> builder.register(pay, code))) {
            id = first.submit(pay, "in").id();
            Await.until("the third is being charged", () -> third.getCount() == 0);
            first.crash();
        }
        try (EngineNode second = EngineNode.start(database, builder -> builder.register(pay, code))) {
            second.engine().handle(id).result(EngineNode.DEADLINE);
        }
        assertThat(charged).containsExactlyElementsOf(CARDS);
    }
}

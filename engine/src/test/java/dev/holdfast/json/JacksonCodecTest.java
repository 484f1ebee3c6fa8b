package dev.holdfast.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.InvalidInputException;
import dev.holdfast.TypeToken;
import dev.holdfast.UndecodableException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class JacksonCodecTest {
    enum Colour {
        RED,
        BLUE
    }

    record Line(String item, int quantity) {
        Line {
            if (quantity < 0) {
                throw new IllegalArgumentException("quantity is " + quantity + ": expected at least 0");
            }
        }
    }

    record Order(String name, long amount, boolean express, Colour colour, List<Line> lines) {}

    private static final TypeToken<Order> ORDER = TypeToken.of(Order.class);
    private static final TypeToken<JsonNode> ANY = TypeToken.of(JsonNode.class);
    private static final String VALID = "{\"name\":\"n\",\"amount\":5,\"express\":true,\"colour\":\"BLUE\","
            + "\"lines\":[{\"item\":\"a\",\"quantity\":1}]}";

    private final JacksonCodec codec = new JacksonCodec();

    private static byte[] json(String text) {
        return text.getBytes(UTF_8);
    }

    private <T> @Nullable T roundTrip(T value, TypeToken<T> type) {
        return codec.decode(codec.encode(value, type), type);
    }

    @Test
    void whatIsWrittenCanBeRead() {
        Order order = new Order("größe \"的\" \u0001", Long.MAX_VALUE, true, Colour.BLUE, List.of(new Line("a", 1)));
        assertThat(roundTrip(order, ORDER)).isEqualTo(order);
        assertThat(codec.decodeStrictly(codec.encode(order, ORDER), ORDER)).isEqualTo(order);
        Map<String, List<Duration>> map = Map.of("x", List.of(Duration.ofMillis(1_500)));
        assertThat(roundTrip(map, new TypeToken<Map<String, List<Duration>>>() {}))
                .isEqualTo(map);
        Instant instant = Instant.parse("2026-03-01T12:00:00.123456789Z");
        assertThat(roundTrip(instant, TypeToken.of(Instant.class))).isEqualTo(instant);
        assertThat(roundTrip(Optional.of("x"), new TypeToken<Optional<String>>() {}))
                .isEqualTo(Optional.of("x"));
    }

    /** Forms of payment; a sealed type without annotations. */
    sealed interface Payment permits Card, Transfer, Voucher {}

    record Card(String number) implements Payment {}

    sealed interface Transfer extends Payment permits Sepa, Swift {}

    record Sepa(String iban) implements Transfer {}

    record Swift(String bic) implements Transfer {}

    enum Voucher implements Payment {
        SMALL,
        LARGE
    }

    record Basket(Payment main, List<Payment> others) {}

    @Test
    void sealedTypesNeedNoAnnotations() {
        Basket basket = new Basket(new Card("4242"), List.of(new Sepa("DE1"), new Swift("X"), Voucher.LARGE));
        TypeToken<Basket> type = TypeToken.of(Basket.class);
        assertThat(codec.encode(basket, type))
                .asString()
                .isEqualTo("{\"main\":{\"@type\":\"Card\",\"number\":\"4242\"},\"others\":["
                        + "{\"@type\":\"Sepa\",\"iban\":\"DE1\"},{\"@type\":\"Swift\",\"bic\":\"X\"},"
                        + "[\"Voucher\",\"LARGE\"]]}");
        assertThat(roundTrip(basket, type)).isEqualTo(basket);
        assertThat(codec.decodeStrictly(codec.encode(basket, type), type)).isEqualTo(basket);
        assertThat(roundTrip(new Card("1"), TypeToken.of(Payment.class))).isEqualTo(new Card("1"));
        assertThat(codec.encode(new Card("1"), TypeToken.of(Card.class)))
                .asString()
                .isEqualTo("{\"number\":\"1\"}");
        assertThat(codec.decodeStrictly(json("{\"number\":\"1\"}"), TypeToken.of(Card.class)))
                .isEqualTo(new Card("1"));
        assertThatThrownBy(() -> codec.decodeStrictly(json("{\"number\":\"1\"}"), TypeToken.of(Payment.class)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("@type");
        assertThatThrownBy(() -> codec.decodeStrictly(json("{\"@type\":\"Cash\"}"), TypeToken.of(Payment.class)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Cash");
    }

    /** An enum with bodies is sealed for Java. */
    enum Sized {
        SMALL {
            @Override
            int size() {
                return 1;
            }
        };

        abstract int size();
    }

    /** Says itself how it is written. */
    sealed interface Text permits Word {
        @com.fasterxml.jackson.annotation.JsonValue
        String text();

        @com.fasterxml.jackson.annotation.JsonCreator
        static Text of(String text) {
            return new Word(text);
        }
    }

    record Word(String text) implements Text {}

    @Test
    void sealedTypesWithAFormOfTheirOwnKeepIt() {
        assertThat(codec.encode(Sized.SMALL, TypeToken.of(Sized.class)))
                .asString()
                .isEqualTo("\"SMALL\"");
        assertThat(codec.encode(new Word("x"), TypeToken.of(Text.class)))
                .asString()
                .isEqualTo("\"x\"");
        assertThat(roundTrip(new Word("x"), TypeToken.of(Text.class))).isEqualTo(new Word("x"));
    }

    sealed interface Ambiguous permits First.Same, Second.Same {}

    static final class First {
        record Same(int a) implements Ambiguous {}
    }

    static final class Second {
        record Same(int b) implements Ambiguous {}
    }

    @Test
    void aSealedTypeWithTwoClassesOfOneNameIsRefused() {
        assertThatThrownBy(() -> codec.encode(new First.Same(1), TypeToken.of(Ambiguous.class)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("two classes of one name");
    }

    @Test
    void ordersOffsetsZonesAndPrecisionAreKept() {
        LinkedHashSet<String> set = new LinkedHashSet<>(List.of("c", "a", "b"));
        assertThat(roundTrip(set, new TypeToken<Set<String>>() {})).containsExactly("c", "a", "b");
        assertThat(roundTrip(new HashSet<>(set), new TypeToken<HashSet<String>>() {}))
                .containsExactlyElementsOf(new HashSet<>(set));
        for (String zoned : List.of(
                "2026-07-01T09:30:00.123456789+02:00[Europe/Paris]",
                "2026-10-25T02:30+01:00[Europe/Paris]",
                "2026-10-25T02:30+02:00[Europe/Paris]",
                "2026-07-01T09:30Z[UTC]",
                "2026-07-01T09:30Z",
                "2026-07-01T09:30+05:30")) {
            assertThat(roundTrip(ZonedDateTime.parse(zoned), TypeToken.of(ZonedDateTime.class)))
                    .isEqualTo(ZonedDateTime.parse(zoned))
                    .hasToString(zoned);
        }
        assertThat(roundTrip(OffsetDateTime.parse("2026-07-01T09:30+02:00"), TypeToken.of(OffsetDateTime.class)))
                .hasToString("2026-07-01T09:30+02:00");
        Object untyped = roundTrip(Map.of("price", new BigDecimal("1.10")), TypeToken.of(Object.class));
        assertThat(untyped).isEqualTo(Map.of("price", new BigDecimal("1.10")));
        assertThat(codec.decodeStrictly(json("{\"price\":1.10}"), TypeToken.of(Object.class)))
                .isEqualTo(untyped);
        assertThat(codec.decode(json("1.10"), ANY)).hasToString("1.10");
    }

    /** For these types the engine skips the decoding. */
    @Test
    void typesThatRoundTripDo() {
        List<? extends Object> values = List.of(
                "",
                "größe \u0000 \ud83d\ude00 \ufffd",
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                Short.MIN_VALUE,
                Byte.MIN_VALUE,
                true,
                new UUID(-1, 1));
        for (Object value : values) {
            assertSame(value, value.getClass());
        }
        assertThat(codec.roundTrips(TypeToken.of(Void.class))).isTrue();
        assertThat(codec.roundTrips(TypeToken.of(Object.class))).isFalse();
        assertThat(codec.roundTrips(TypeToken.of(double.class))).isFalse();
        assertThat(codec.roundTrips(TypeToken.of(int.class))).isFalse();
        assertThat(roundTrip("\ud83d", TypeToken.of(String.class))).isEqualTo("\ud83d");
    }

    private <T> void assertSame(Object value, Class<T> type) {
        TypeToken<T> token = TypeToken.of(type);
        assertThat(codec.roundTrips(token)).as("%s", type).isTrue();
        assertThat(roundTrip(type.cast(value), token)).isEqualTo(value).isExactlyInstanceOf(type);
        assertThat(codec.decode(codec.encode(null, token), token)).isNull();
    }

    @Test
    void whatIsWrittenIsReadableJson() {
        assertThat(codec.encode(new Line("book", 2), TypeToken.of(Line.class)))
                .asString()
                .isEqualTo("{\"item\":\"book\",\"quantity\":2}");
        assertThat(codec.encode(null, TypeToken.of(Line.class))).asString().isEqualTo("null");
    }

    @Test
    void numbersOfAnySizeCanBeReadBack() {
        BigInteger large = BigInteger.TEN.pow(5_000).add(BigInteger.ONE);
        assertThat(roundTrip(large, TypeToken.of(BigInteger.class))).isEqualTo(large);
        BigDecimal exact = new BigDecimal("0." + "1".repeat(3_000));
        assertThat(roundTrip(exact, TypeToken.of(BigDecimal.class))).isEqualTo(exact);
    }

    @Test
    void namesOfAnySizeCanBeReadBack() {
        Map<String, Integer> map = Map.of("n".repeat(200_000), 1);
        assertThat(roundTrip(map, new TypeToken<Map<String, Integer>>() {})).isEqualTo(map);
    }

    @Test
    void whatCannotBeReadBackIsNotWritten() {
        TypeToken<List<Object>> type = new TypeToken<>() {};
        List<Object> fits = nested(100);
        assertThat(roundTrip(fits, type)).isEqualTo(fits);
        assertThatThrownBy(() -> codec.encode(nested(101), type)).isInstanceOf(InvalidInputException.class);
    }

    private static List<Object> nested(int depth) {
        List<Object> list = List.of();
        for (int i = 1; i < depth; i++) {
            list = List.of(list);
        }
        return list;
    }

    @Test
    void readingBackIsTolerant() {
        assertThat(codec.decode(json("{\"item\":\"a\",\"quantity\":1,\"added-later\":[1]}"), TypeToken.of(Line.class)))
                .isEqualTo(new Line("a", 1));
        assertThatThrownBy(() -> codec.decode(json("[]"), ORDER))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("Order");
        assertThatThrownBy(() -> codec.decode(json(""), ORDER)).isInstanceOf(UndecodableException.class);
        assertThatThrownBy(() -> codec.decode(json("{\"item\":\"a\",\"quantity\":-1}"), TypeToken.of(Line.class)))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("expected at least 0");
    }

    @Test
    void aValidInputFits() {
        assertThat(codec.decodeStrictly(json(VALID), ORDER))
                .isEqualTo(new Order("n", 5, true, Colour.BLUE, List.of(new Line("a", 1))));
        assertThat(codec.decodeStrictly(json(" \n" + VALID + " \n"), ORDER)).isNotNull();
    }

    /** Each differs from the valid one in one place. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"name\":\"n\"           | \"name\":\"n\",\"extra\":1       | extra",
                "\"quantity\":1           | \"quantity\":1,\"extra\":null    | lines[0].extra",
                "\"quantity\":1           | \"quantity\":\"1\"               | lines[0].quantity",
                "\"quantity\":1           | \"quantity\":1.5                 | lines[0].quantity",
                "\"quantity\":1           | \"quantity\":true                | lines[0].quantity",
                "\"quantity\":1           | \"quantity\":null                | lines[0].quantity",
                "\"quantity\":1           | \"quantity\":3000000000          | lines[0].quantity",
                "\"quantity\":1           | \"quantity\":{}                  | lines[0].quantity",
                "\"quantity\":1           | \"quantity\":\"\"                | lines[0].quantity",
                "\"quantity\":1           | \"quantity\":-1                  | lines[0]",
                "\"express\":true         | \"express\":\"true\"             | express",
                "\"express\":true         | \"express\":1                    | express",
                "\"name\":\"n\"           | \"name\":7                       | name",
                "\"name\":\"n\"           | \"name\":true                    | name",
                "\"name\":\"n\"           | \"name\":[\"n\"]                 | name",
                "\"colour\":\"BLUE\"      | \"colour\":1                     | colour",
                "\"colour\":\"BLUE\"      | \"colour\":\"1\"                 | colour",
                "\"colour\":\"BLUE\"      | \"colour\":\"blue\"              | colour",
                "\"colour\":\"BLUE\"      | \"colour\":\"\"                  | colour",
                "\"amount\":5             | \"amount\":99999999999999999999  | amount",
                "[{\"item\"               | [7,{\"item\"                     | lines[0]",
                "\"amount\":5             | \"amount\":5,\"amount\":5        | amount",
            })
    void whatDoesNotFitIsRefusedByTheNameOfItsMember(String valid, String wrong, String field) {
        assertThat(VALID).contains(valid);
        InvalidInputException refused = catchThrowableOfType(
                InvalidInputException.class, () -> codec.decodeStrictly(json(VALID.replace(valid, wrong)), ORDER));
        assertThat(refused).as(wrong).isNotNull();
        if (!wrong.contains("\"amount\":5,")) { // the parser names a duplicate in the message alone
            assertThat(refused.field()).as(refused.getMessage()).contains(field);
        }
        assertThat(refused).hasMessageContaining(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.0", "5e0", "0.5e1", "5.00000000000000000000", "50e-1"})
    void aWholeNumberMayBeSpelledAsAFraction(String five) {
        String spelled = VALID.replace("\"amount\":5", "\"amount\":" + five);
        assertThat(codec.decodeStrictly(json(spelled), ORDER)).isEqualTo(codec.decodeStrictly(json(VALID), ORDER));
        assertThat(codec.decode(json(spelled), ORDER)).isEqualTo(codec.decodeStrictly(json(VALID), ORDER));
        assertThat(codec.digest(json(spelled))).isEqualTo(codec.digest(json(VALID)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.5", "5e400", "1e999999999", "5e-400", "9.9e18"})
    void anyOtherFractionIsRefused(String number) {
        String spelled = VALID.replace("\"quantity\":1", "\"quantity\":" + number);
        assertThatThrownBy(() -> codec.decodeStrictly(json(spelled), ORDER))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        refused -> assertThat(refused.field()).contains("lines[0].quantity"));
    }

    /** To read it takes time by the square of its length: 2 s for a million digits. */
    @Test
    void anEndlessNumberBehindAnotherMistakeIsNotRead() {
        String endless = VALID.replace("\"express\":true", "\"express\":7,\"digits\":" + "9".repeat(1_000_000));
        assertThatThrownBy(() -> codec.decodeStrictly(json(endless), ORDER))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Number value length");
    }

    /** With members that may be missing. */
    record Relaxed(
            @Nullable String note,
            Optional<String> coupon,
            Integer count,
            @Nullable Integer most,
            List<Line> lines) {
        Relaxed {
            count = count == null ? 1 : count;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"item\":\"a\"}                                 | quantity",
                "{\"quantity\":1}                                | item",
                "{\"item\":null,\"quantity\":1}                | item",
            })
    void aMissingMemberIsRefusedByItsName(String line, String member) {
        assertThatThrownBy(() -> codec.decodeStrictly(json(line), TypeToken.of(Line.class)))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        refused -> assertThat(refused.field())
                                .as(refused.getMessage())
                                .contains(member));
        assertThatThrownBy(() -> codec.decodeStrictly(json("{\"lines\":[" + line + "]}"), TypeToken.of(Relaxed.class)))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        refused -> assertThat(refused.field())
                                .as(refused.getMessage())
                                .contains("lines[0]." + member));
        assertThat(codec.decode(json(line), TypeToken.of(Line.class))).isNotNull();
    }

    @Test
    void aMemberMayBeMissingIfItsTypeSaysSo() {
        assertThat(codec.decodeStrictly(json("{\"lines\":[]}"), TypeToken.of(Relaxed.class)))
                .isEqualTo(new Relaxed(null, Optional.empty(), 1, null, List.of()));
        assertThat(codec.decodeStrictly(
                        json("{\"lines\":[],\"most\":null,\"note\":null}"), TypeToken.of(Relaxed.class)))
                .isEqualTo(new Relaxed(null, Optional.empty(), 1, null, List.of()));
    }

    @Test
    void nullIsNoInputUnlessThereIsNone() {
        assertThatThrownBy(() -> codec.decodeStrictly(json("null"), ORDER))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the input is null");
        assertThat(codec.decodeStrictly(json("null"), TypeToken.of(Void.class))).isNull();
    }

    @Test
    void aRefusalHasNoWordsForProgrammers() {
        assertThatThrownBy(
                        () -> codec.decodeStrictly(json(VALID.replace("\"quantity\":1", "\"quantity\":\"1\"")), ORDER))
                .hasMessageNotContaining("Coercion")
                .hasMessageNotContaining("java.lang");
        assertThatThrownBy(() -> codec.decodeStrictly(json(VALID.replace("\"name\":", "\"nam\":")), ORDER))
                .hasMessageContaining("nam")
                .hasMessageNotContaining("ignorable")
                .hasMessageNotContaining("class");
        for (String wrong : new String[] {"[]", "\"text\"", "7", "null"}) {
            assertThatThrownBy(() -> codec.decodeStrictly(json(wrong), ORDER))
                    .hasMessageContaining("the input")
                    .hasMessageNotContaining("dev.holdfast");
        }
    }

    /** A type that names the member that it refuses. */
    record Checked(int size) {
        Checked {
            if (size < 0) {
                throw new InvalidInputException("size", "size is " + size + ": expected at least 0");
            }
        }
    }

    @Test
    void theTypesOwnCheckMayNameTheMember() {
        assertThatThrownBy(() -> codec.decodeStrictly(json("[{\"size\":-1}]"), new TypeToken<List<Checked>>() {}))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        refused -> assertThat(refused.field()).contains("[0].size"))
                .hasMessageContaining("size is -1: expected at least 0");
    }

    @Test
    void theTypesOwnCheckSaysWhy() {
        assertThatThrownBy(() -> codec.decodeStrictly(json(VALID.replace("\"quantity\":1", "\"quantity\":-1")), ORDER))
                .hasMessageContaining("quantity is -1: expected at least 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "nul",
                "{\"name\":}",
                "{'name':'n'}",
                "{name:1}",
                "{\"amount\":05}",
                "{\"amount\":NaN}",
                "{\"amount\":+5}",
                "{} {}",
                "{}x",
                "// comment\n{}",
                "{\"name\":\"\t\"}",
                "\u0000",
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> codec.decodeStrictly(json(text), ORDER)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aNumberOutOfRangeIsRefused() {
        byte[] large = json("1e99999999999");
        TypeToken<BigDecimal> decimal = TypeToken.of(BigDecimal.class);
        assertThatThrownBy(() -> codec.decodeStrictly(large, decimal)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> codec.decode(large, decimal)).isInstanceOf(UndecodableException.class);
    }

    @Test
    void brokenUtf8IsRefused() {
        byte[] broken = {'"', (byte) 0xC3, '"'};
        assertThatThrownBy(() -> codec.decodeStrictly(broken, TypeToken.of(String.class)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void inputMayBeAHundredDeep() {
        byte[] fits = json("[".repeat(100) + "]".repeat(100));
        byte[] over = json("[".repeat(101) + "]".repeat(101));
        assertThat(codec.decodeStrictly(fits, ANY)).isNotNull();
        assertThat(codec.digest(fits)).hasSize(32);
        assertThatThrownBy(() -> codec.decodeStrictly(over, ANY)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> codec.digest(over)).isInstanceOf(InvalidInputException.class);
        byte[] abyss = json("[".repeat(1_000_000));
        assertThatThrownBy(() -> codec.decodeStrictly(abyss, ANY)).isInstanceOf(InvalidInputException.class);
    }
}

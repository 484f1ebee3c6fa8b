package dev.holdfast.server.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.random.RandomGenerator;

/** Hostile values for parameters, headers and bodies. Each character is one byte. */
final class HostileValues {
    /** The address of the attacked server. */
    static final int BODY_MAX_BYTES = 1 << 16;

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a b",
            "\t",
            ".",
            "..",
            "../..",
            "%2e%2e",
            "%2F",
            "a%2Fb",
            "%00",
            "%0d%0aX-Y:%20z",
            "%",
            "%4",
            "%zz",
            "%ff%fe",
            "%c0%ae",
            "%ed%a0%80",
            "%25%32%65",
            "%u0041",
            "\u0000",
            "\u0007",
            "\u001b[31m",
            "\u007f",
            "\u00e9",
            "\u00ff\u00fe",
            bytes("日本"),
            bytes("😀"),
            bytes("\u202e"),
            "\\",
            "/",
            "//",
            "*",
            "~",
            "^",
            "|",
            "\"",
            "'",
            "`",
            "<>",
            "{}",
            "{id}",
            "[]",
            "#",
            "?",
            "&",
            "=",
            "a;b=c",
            ",",
            ",,",
            "'; drop table workflow; --",
            "<script>alert(1)</script>",
            "${jndi:ldap://127.0.0.1/a}",
            "%s%n%x",
            "null",
            "true",
            "NaN",
            "Infinity",
            "-1",
            "0",
            "1",
            "61",
            "501",
            "1.5",
            "1e9",
            "0x10",
            "+1",
            "2147483648",
            "-9223372036854775809",
            "99999999999999999999",
            "2026-01-31T12:00:00Z",
            "+999999999-12-31T23:59:59Z",
            "0000-00-00T00:00:00Z",
            "FAILED,failed,",
            "h1" + "0".repeat(32),
            "h1" + "v".repeat(32),
            "h1" + "0".repeat(32) + ".0",
            "h1" + "0".repeat(32) + ".99999999999",
            "a.1",
            "a".repeat(99) + "%f0%9f%98%80" + "a".repeat(99),
            "a".repeat(200),
            "a".repeat(201),
            "%61".repeat(201),
            "a".repeat(5_000),
            "a".repeat(20_000),
            "a".repeat(90_000));

    private static final List<String> JSON = List.of(
            "",
            " ",
            "\u0000",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "nul",
            "null",
            "true",
            "3",
            "-0",
            "01",
            "1.",
            ".5",
            "1e999999999",
            "-1e-999999999",
            "9".repeat(999),
            "9".repeat(5_000),
            "\"a",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"\u0001\"",
            "\"\u00ff\u00fe\"",
            "\u00ef\u00bb\u00bf{}",
            "\u0000{\u0000}",
            "{}",
            "[]",
            "{}{}",
            "{} x",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "/* */{}",
            "{\"a\":1,\"a\":2}",
            "{\"reason\":\"a\",\"reason\":\"b\"}",
            "{\"reason\":3}",
            "{\"reason\":null}",
            "{\"reason\":{\"reason\":\"a\"}}",
            "{\"reason\":\"\"}",
            "{\"reason\":\"\\u0000\"}",
            "{\"reason\":\"\\ud800\"}",
            "{\"reason\":\"mended\"}",
            "{\"reason\":\"mended\",\"actor\":\"root\"}",
            "{\"item\":\"book\",\"quantity\":3}",
            "{\"item\":\"book\",\"quantity\":\"3\"}",
            "{\"item\":\"book\",\"quantity\":1e400}",
            "{\"item\":\"book\",\"quantity\":1e-400}",
            "{\"item\":\"book\",\"quantity\":3.0}",
            "{\"item\":\"book\",\"quantity\":-1}",
            "{\"item\":\"book\",\"quantity\":99999999999}",
            "{\"item\":{},\"quantity\":[]}",
            "{\"item\":\"\\u0000\\ud800\",\"quantity\":3}",
            "{\"item\":\"book\",\"quantity\":3,\"" + "x".repeat(40_000) + "\":1}",
            "{\"\\ud800\":1}",
            "{\"" + "a".repeat(99) + "\\ud83d\\ude00" + "a".repeat(99) + "\":1}",
            "{\"@class\":\"javax.naming.InitialContext\",\"item\":\"book\"}",
            "{\"__proto__\":{},\"item\":\"book\"}",
            "[".repeat(100) + "]".repeat(100),
            "[".repeat(101) + "]".repeat(101),
            "[".repeat(30_000),
            "{\"a\":".repeat(100) + "1" + "}".repeat(100),
            "{\"a\":".repeat(10_000),
            "item=book&quantity=3",
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "\"" + "a".repeat(BODY_MAX_BYTES - 2) + "\"",
            "\"" + "a".repeat(BODY_MAX_BYTES - 1) + "\"",
            "{\"reason\":\"" + "a".repeat(BODY_MAX_BYTES) + "\"}");

    private HostileValues() {}

    private static String bytes(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    static <T> T one(RandomGenerator random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    static String text(RandomGenerator random) {
        return random.nextInt(8) == 0 ? noise(random, random.nextInt(40)) : one(random, TEXTS);
    }

    static String json(RandomGenerator random) {
        if (random.nextInt(10) == 0) {
            return noise(random, random.nextInt(2_000));
        }
        String json = one(random, JSON);
        return random.nextInt(10) == 0 ? bent(random, json) : json;
    }

    /** Replaces one byte. */
    private static String bent(RandomGenerator random, String text) {
        if (text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        return text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
    }

    /** Random bytes except line breaks. */
    static String noise(RandomGenerator random, int length) {
        StringBuilder noise = new StringBuilder(length);
        random.ints(length, 0, 256).forEach(b -> noise.append(b == '\r' || b == '\n' ? ' ' : (char) b));
        return noise.toString();
    }
}

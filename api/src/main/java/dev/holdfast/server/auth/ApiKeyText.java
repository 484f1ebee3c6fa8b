package dev.holdfast.server.auth;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of an API key: {@code hf_}, a public prefix of 8 characters, and a secret of 52: 256 random bits. That many
 * bits cannot be guessed, so a plain SHA-256 is enough to store; a slow password hash would add no protection. Never
 * logged; {@link #toString} omits the secret. Immutable.
 */
public record ApiKeyText(String prefix, String secret) {
    private static final Pattern FORM = Pattern.compile("hf_([0-9a-v]{8})_([0-9a-v]{52})");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int DIGIT_BITS = 5;
    private static final int PREFIX_BITS = 40;
    private static final int SECRET_BITS = 256;

    public static ApiKeyText random() {
        return new ApiKeyText(digits(PREFIX_BITS), digits(SECRET_BITS));
    }

    private static String digits(int bits) {
        String digits = new BigInteger(bits, RANDOM).toString(1 << DIGIT_BITS);
        int length = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
        return "0".repeat(length - digits.length()) + digits;
    }

    /** Returns empty for text that does not have the form of a key. */
    public static Optional<ApiKeyText> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new ApiKeyText(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** The full key, which is shown once. */
    public String text() {
        return "hf_" + prefix + "_" + secret;
    }

    /** The hash that the database stores. */
    String hash() {
        try {
            byte[] bytes = text().getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Compares hashes in constant time. */
    boolean matches(String hash) {
        return MessageDigest.isEqual(
                hash().getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "hf_" + prefix + "_…";
    }
}

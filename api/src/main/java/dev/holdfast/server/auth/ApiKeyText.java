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
 * An API key as its holder has it: {@code hf_}, 8 characters to recognise it, and 52 that are secret: 256 random bits.
 * So many cannot be guessed, and a plain SHA-256 is enough to keep: what makes hashes of passwords slow would protect
 * nothing here. Never logged; {@link #toString} has no secret.
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

    /** Empty for what cannot be a key. */
    public static Optional<ApiKeyText> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new ApiKeyText(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** As it is handed out, once. */
    public String text() {
        return "hf_" + prefix + "_" + secret;
    }

    /** As it is kept. */
    String hash() {
        try {
            byte[] bytes = text().getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Takes as long for hashes that differ early as for those that differ late. */
    boolean has(String hash) {
        return MessageDigest.isEqual(
                hash().getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "hf_" + prefix + "_…";
    }
}

package dev.holdfast.spi;

import dev.holdfast.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes and parses generated workflow ids, and computes the bucket of keys and of all other ids. The formats never
 * change.
 *
 * <p>A generated id is {@code h1} and 32 digits of base32hex in lower case ({@code 0-9a-v}): bucket (16 bits), era (16
 * bits), uid (128 bits). The uid is a UUID of version 7 (RFC 9562, section 5.7) with 12 bits of the fraction of the
 * millisecond (section 6.2, method 3). Its last 16 bits are a check value made with the seed of the installation, which
 * detects ids of this form that were never generated.
 *
 * <p>The bucket of any other id is the first four bytes of its SHA-256, unsigned, modulo the number of buckets.
 * Immutable, safe for all threads.
 *
 * @param buckets 1 to 65,536, fixed when the installation is initialised
 * @param seed random, fixed when the installation is initialised
 */
public record WorkflowIds(int buckets, long seed) {
    private static final String FORM = "h1";
    private static final int DIGITS = 32;
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuv";
    private static final long CHECK_MASK = 0xFFFF;
    private static final int SUB_MILLI_BITS = 12;
    /** A uid has 48 bits of milliseconds: until the year 10889. */
    private static final long SECONDS_MAX = (1L << 48) / 1_000 - 1;

    /** Throws {@link IllegalArgumentException} for a number of buckets out of range. */
    public WorkflowIds {
        if (buckets < 1 || buckets > 1 << 16) {
            throw new IllegalArgumentException("buckets is " + buckets + ": expected 1 to 65536");
        }
    }

    /** Returns the bucket of a key, or of an id that the submitter chose. */
    public int bucketOf(String name) {
        ByteBuffer hash = ByteBuffer.wrap(sha256().digest(name.getBytes(StandardCharsets.UTF_8)));
        return Integer.remainderUnsigned(hash.getInt(), buckets);
    }

    /** Generates a place in this bucket and era for a workflow that is accepted at this time. */
    public WorkflowKey generate(int bucket, int era, Instant at) {
        return generate(bucket, era, at, ThreadLocalRandom.current().nextLong());
    }

    /** Generates the place that belongs to this random number: the same for the same. */
    public WorkflowKey generate(int bucket, int era, Instant at, long random) {
        long high = firstAt(at).getMostSignificantBits();
        long low = 1L << 63 | (random & 0x3FFF_FFFF_FFFFL) << 16;
        return new WorkflowKey(bucket, era, new UUID(high, low | check(bucket, era, high, low)));
    }

    /** Returns the least uid of this time. Uids that are compared byte by byte are ordered by time. */
    public static UUID firstAt(Instant time) {
        if (time.isBefore(Instant.EPOCH)) {
            return new UUID(0, 0);
        }
        if (time.getEpochSecond() > SECONDS_MAX) {
            return new UUID(-1, -1);
        }
        long micros =
                time.truncatedTo(ChronoUnit.MICROS).equals(time) ? time.getNano() / 1_000 : time.getNano() / 1_000 + 1;
        long inMilli = micros % 1_000;
        long millis = time.getEpochSecond() * 1_000 + micros / 1_000;
        return new UUID(millis << 16 | 0x7000 | Math.ceilDiv(inMilli << SUB_MILLI_BITS, 1_000), 0);
    }

    /** Returns when a workflow with this uid was accepted, in microseconds, by the store's clock. */
    public static Instant acceptedAt(UUID uid) {
        long high = uid.getMostSignificantBits();
        long micros = (high & 0xFFF) * 1_000 >>> SUB_MILLI_BITS;
        return Instant.ofEpochMilli(high >>> 16).plus(micros, ChronoUnit.MICROS);
    }

    /** Returns the generated id of a place. */
    public String format(WorkflowKey key) {
        char[] digits = new char[FORM.length() + DIGITS];
        FORM.getChars(0, FORM.length(), digits, 0);
        long head =
                (long) key.bucket() << 48 | (long) key.era() << 32 | key.uid().getMostSignificantBits() >>> 32;
        long tail = key.uid().getLeastSignificantBits();
        int middle = (int) key.uid().getMostSignificantBits();
        // 160 bits as 32 digits of 5: 64 + 32 + 64 bits, walked from the last digit to the first.
        for (int digit = DIGITS - 1; digit >= 0; digit--) {
            digits[FORM.length() + digit] = ALPHABET.charAt((int) (tail & 31));
            tail = tail >>> 5 | (middle & 31L) << 59;
            middle = middle >>> 5 | (int) (head & 31) << 27;
            head >>>= 5;
        }
        return new String(digits);
    }

    /**
     * Returns the place that a generated id names; empty for an id of another form. Throws
     * {@link InvalidInputException} for an id of this form that was never generated here.
     */
    public Optional<WorkflowKey> parse(String id) {
        if (id.length() != FORM.length() + DIGITS || !id.startsWith(FORM)) {
            return Optional.empty();
        }
        long head = 0;
        long tail = 0;
        int middle = 0;
        for (int i = FORM.length(); i < id.length(); i++) {
            int digit = ALPHABET.indexOf(id.charAt(i));
            if (digit < 0) {
                return Optional.empty();
            }
            head = head << 5 | middle >>> 27;
            middle = middle << 5 | (int) (tail >>> 59);
            tail = tail << 5 | digit;
        }
        long high = head << 32 | middle & 0xFFFF_FFFFL;
        int bucket = (int) (head >>> 48);
        int era = (int) (head >>> 32 & 0xFFFF);
        if (bucket >= buckets || (tail & CHECK_MASK) != check(bucket, era, high, tail & ~CHECK_MASK)) {
            throw new InvalidInputException(
                    "id",
                    "\"" + id + "\" has the form of a generated workflow id, but was never"
                            + " generated here: use an id that does not start with " + FORM);
        }
        return Optional.of(new WorkflowKey(bucket, era, new UUID(high, tail)));
    }

    private long check(int bucket, int era, long high, long low) {
        return mix(mix(mix(seed ^ high) ^ low) ^ ((long) bucket << 32 | era)) >>> 48;
    }

    /** The finalizer of MurmurHash3: each bit of the input affects each bit of the result. */
    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

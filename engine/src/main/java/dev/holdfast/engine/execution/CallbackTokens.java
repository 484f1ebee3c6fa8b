package dev.holdfast.engine.execution;

import dev.holdfast.spi.WorkflowKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads the tokens of callbacks: the place of the workflow and the name of the signal, signed with a secret
 * of the installation. Nothing is stored for a token. Immutable.
 */
public final class CallbackTokens {
    /** The beginning of the names of their signals. No signal from outside may have such a name. */
    public static final String SIGNALS = "callback:";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int PLACE_BYTES = 24;
    /** 128 bits. */
    private static final int SIGNATURE_BYTES = 16;

    private static final int TOKEN_CHARACTERS_MAX = 1_000;

    private final SecretKeySpec secret;

    public CallbackTokens(byte[] secret) {
        this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    /** The signal that answers a callback. */
    public record Target(WorkflowKey workflow, String signal) {}

    /** {@code signal} begins with {@link #SIGNALS}. */
    String token(WorkflowKey workflow, String signal) {
        byte[] name = signal.substring(SIGNALS.length()).getBytes(StandardCharsets.UTF_8);
        byte[] content = ByteBuffer.allocate(PLACE_BYTES + name.length)
                .putLong(workflow.uid().getMostSignificantBits())
                .putLong(workflow.uid().getLeastSignificantBits())
                .putInt(workflow.bucket())
                .putInt(workflow.era())
                .put(name)
                .array();
        byte[] token = Arrays.copyOf(content, content.length + SIGNATURE_BYTES);
        System.arraycopy(signature(content), 0, token, content.length, SIGNATURE_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Returns what a token stands for; empty if it was not made with this secret. */
    public Optional<Target> read(String token) {
        if (token.length() > TOKEN_CHARACTERS_MAX) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int length = bytes.length - SIGNATURE_BYTES;
        if (length <= PLACE_BYTES) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOf(bytes, length);
        byte[] signature = Arrays.copyOfRange(bytes, length, bytes.length);
        if (!MessageDigest.isEqual(signature, signature(content))) { // takes the same time wherever they differ
            return Optional.empty();
        }
        ByteBuffer read = ByteBuffer.wrap(content);
        UUID uid = new UUID(read.getLong(), read.getLong());
        WorkflowKey workflow = new WorkflowKey(read.getInt(), read.getInt(), uid);
        String name = new String(content, PLACE_BYTES, length - PLACE_BYTES, StandardCharsets.UTF_8);
        return Optional.of(new Target(workflow, SIGNALS + name));
    }

    private byte[] signature(byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return Arrays.copyOf(mac.doFinal(content), SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM + ", which every Java must have", e);
        }
    }
}

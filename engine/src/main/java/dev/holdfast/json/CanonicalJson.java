package dev.holdfast.json;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The digest of a JSON value that does not depend on how it was spelled: members in the order of their names, numbers
 * by their value (1, 1.0 and 1e0 are equal). Every part is written with its kind and length, so that no two values
 * write the same. One instance for one digest, one thread.
 */
final class CanonicalJson {
    private final MessageDigest digest = sha256();

    CanonicalJson add(JsonNode node) {
        if (node.isObject()) {
            Map<String, JsonNode> members = new TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            write('{', members.size());
            members.forEach((name, value) -> {
                writeText('k', name);
                add(value);
            });
        } else if (node.isArray()) {
            write('[', node.size());
            node.forEach(this::add);
        } else if (node.isNumber()) {
            BigDecimal number = node.decimalValue().stripTrailingZeros();
            writeText('n', number.unscaledValue() + "e" + -(long) number.scale());
        } else if (node.isString()) {
            writeText('s', node.stringValue());
        } else {
            writeText('v', node.toString());
        }
        return this;
    }

    byte[] digest() {
        return digest.digest();
    }

    /** Writes character by character, because an encoder would make all lone surrogates the same. */
    private void writeText(char kind, String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
        bytes.asCharBuffer().put(text);
        write(kind, bytes.capacity());
        digest.update(bytes);
    }

    private void write(char kind, int size) {
        digest.update(ByteBuffer.allocate(Character.BYTES + Integer.BYTES)
                .putChar(kind)
                .putInt(size)
                .flip());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

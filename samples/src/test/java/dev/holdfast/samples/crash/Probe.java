package dev.holdfast.samples.crash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A probe with its input and its expected end, computed from the rule of the probe.
 *
 * @param steps the number of steps that write to the ledger
 * @param runsLeast the minimum runs of each step, with one kill
 * @param runsMost the maximum runs of each step, with one kill
 * @param ending the prefix of the final output of a node
 */
record Probe(String type, String input, int steps, int runsLeast, int runsMost, Ending ending) {
    /** The expected output of a node for the workflow with this id. */
    @FunctionalInterface
    interface Ending {
        String of(String id);
    }

    private static final int BYTES = 100;

    static Probe steps(int number) {
        return steps(number, 0);
    }

    static Probe steps(int number, int millis) {
        String input = "{\"steps\":%d,\"bytes\":%d,\"millis\":%d,\"ledger\":true}".formatted(number, BYTES, millis);
        return new Probe("probe.steps", input, number, 1, 2, id -> "result " + id + " " + stepsResult(id, number));
    }

    /** An order whose charge is declined. */
    static Probe refusedOrder() {
        String input = "{\"item\":\"book\",\"quantity\":2,\"cardToken\":\"tok\",\"failCharge\":true}";
        return new Probe(
                "probe.order", input, 0, 0, 0, id -> "failed " + id + " not ordered: the card tok was declined");
    }

    /** A kill may prevent a run, interrupt one, or require another. */
    static Probe flaky(int failures) {
        String input =
                "{\"failures\":%d,\"permanent\":false,\"maxAttempts\":9,\"backoffMillis\":20}".formatted(failures);
        return new Probe("probe.flaky", input, 1, failures, failures + 2, id -> "result " + id + " {\"attempts\":");
    }

    /** The command that submits the probe; {@code how} is id, key or plain. */
    String order(String how, String name) {
        return how + " " + name + " " + type + " " + input;
    }

    static String stepsResult(String id, int steps) {
        StringBuilder values = new StringBuilder();
        for (int position = 0; position < steps; position++) {
            String once = id + "/" + position + "/";
            values.append(once.repeat(BYTES), 0, BYTES);
        }
        return "{\"steps\":%d,\"digest\":\"%s\"}".formatted(steps, sha256(values.toString()));
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

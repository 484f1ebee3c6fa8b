package dev.holdfast.samples.crash;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Submissions as lines of text, {@code id|key NAME TYPE JSON} or {@code plain - TYPE JSON}, to a node in any process.
 * Their outputs are lines as well.
 */
final class Orders {
    private static final Duration RESULT_WAIT = Duration.ofMinutes(5); // includes outages

    private final Holdfast engine;
    private final Consumer<String> output;

    Orders(Holdfast engine, Consumer<String> output) {
        this.engine = engine;
        this.output = output;
    }

    /** Submits an order and waits for its end. */
    void submit(String order) {
        String[] words = order.split(" ", 4);
        String id = words[1];
        try {
            WorkflowHandle<byte[]> workflow = engine.submitJson(
                    words[2], words[3].getBytes(StandardCharsets.UTF_8), submission(words[0], words[1]));
            id = workflow.id();
            output.accept("accepted " + id);
            output.accept("result " + id + " " + new String(workflow.result(RESULT_WAIT), StandardCharsets.UTF_8));
        } catch (WorkflowFailedException e) {
            output.accept("failed " + id + " " + e.getMessage());
        } catch (HoldfastException e) {
            output.accept("error " + id + " " + e);
        }
    }

    private static Submission submission(String how, String name) {
        return switch (how) {
            case "id" -> Submission.id(name);
            case "key" -> Submission.key(name);
            default -> Submission.plain();
        };
    }
}

package dev.holdfast.engine.dispatch;

import dev.holdfast.Codec;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.TypeToken;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares inputs whose JSON differs, as their type does: a set has no order, though its JSON has one. Safe for all
 * threads.
 */
record InputComparison(Store store, Codec codec) {
    private static final Logger LOG = LoggerFactory.getLogger(InputComparison.class);

    /** Finds the workflow of a conflict if its input is equal to this one. */
    Optional<WorkflowKey> equalTo(byte[] input, TypeToken<?> type, SubmissionConflictException conflict) {
        return conflict.isOfInput()
                ? store.locate(conflict.existingId())
                        .filter(key -> store.input(key)
                                .filter(existing -> areEqual(existing, input, type))
                                .isPresent())
                : Optional.empty();
    }

    private boolean areEqual(byte[] one, byte[] other, TypeToken<?> type) {
        try {
            return Objects.deepEquals(codec.decode(one, type), codec.decode(other, type));
        } catch (RuntimeException e) { // of the type's own code, too
            LOG.debug("an input that cannot be compared counts as another one", e);
            return false;
        }
    }
}

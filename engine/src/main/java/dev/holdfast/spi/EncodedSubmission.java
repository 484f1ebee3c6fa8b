package dev.holdfast.spi;

import java.util.List;

/**
 * A checked submission. Made by the engine; immutable.
 *
 * @param creation of the workflow, for its owner to start
 * @param signals that are kept with it
 */
public record EncodedSubmission(WorkflowWrite.Creation creation, List<SubmittedSignal> signals) {}

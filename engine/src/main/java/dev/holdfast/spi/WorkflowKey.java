package dev.holdfast.spi;

import java.util.UUID;

/**
 * The place of a workflow, and its unique id. For engine and store; immutable.
 *
 * @param bucket the slice of all workflows that it belongs to; owned by one node at a time
 * @param era the period in which it was accepted; names the partition of its log
 * @param uid random and time-ordered; an id that is used again later has another one
 */
public record WorkflowKey(int bucket, int era, UUID uid) {}

package dev.holdfast.spi;

import java.util.UUID;

/**
 * The place of a workflow, and its unique id. Immutable.
 *
 * @param bucket the part of all workflows to which it belongs; one node at a time owns it
 * @param era the period in which it was accepted; its partition has the rows, unless they were copied to a later era
 * @param uid random, ordered by time; an id that is used again later has another uid
 */
public record WorkflowKey(int bucket, int era, UUID uid) {}

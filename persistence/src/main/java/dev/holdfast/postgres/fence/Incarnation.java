package dev.holdfast.postgres.fence;

import java.util.UUID;

/**
 * One life of a node: a process, from joining to the loss of its ownership. Immutable.
 *
 * @param node the name of the node, the same over restarts
 * @param number the number of the name, which log records contain
 * @param id random; a process that joins again gets another one
 */
public record Incarnation(String node, int number, UUID id) {}

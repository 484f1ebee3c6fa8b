package dev.holdfast.postgres.fence;

import java.util.UUID;

/**
 * One process of a node, as the database knows it.
 *
 * @param node the name, the same over restarts
 * @param number of the name, as it stands in log records
 * @param id random; a process that joins again has another one
 */
public record Incarnation(String node, int number, UUID id) {}

package dev.holdfast.postgres.cluster;

import java.util.Map;
import java.util.UUID;

/**
 * What a heartbeat has shown.
 *
 * @param silent those of the living that have said nothing for a lease, and the counter of their last heartbeat
 */
public record ClusterObservation(ClusterView view, Map<UUID, Long> silent) {}

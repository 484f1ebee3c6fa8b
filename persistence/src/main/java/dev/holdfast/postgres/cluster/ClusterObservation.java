package dev.holdfast.postgres.cluster;

import java.util.Map;
import java.util.UUID;

/**
 * The result of one heartbeat: the view of the cluster, and what this process has measured over several. Immutable.
 *
 * @param silent incarnations that are not fenced and have sent no heartbeat for a lease, with their last counters
 */
public record ClusterObservation(ClusterView view, Map<UUID, Long> silent) {}

/**
 * Ownership among nodes: heartbeats, failure detection, takeover, balancing of buckets, notifications, and the pruning
 * of what they leave behind.
 *
 * <p>What may enter: Code about nodes and buckets. It knows no workflow, except for the eras that they may lie in.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.cluster.Heartbeat}, then
 * {@link dev.holdfast.postgres.cluster.Balancer}.
 */
@NullMarked
package dev.holdfast.postgres.cluster;

import org.jspecify.annotations.NullMarked;

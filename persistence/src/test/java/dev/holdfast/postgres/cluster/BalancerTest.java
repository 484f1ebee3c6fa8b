package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BalancerTest {
    private static ClusterView.Peer peer(int number, boolean draining, boolean gateway) {
        return new ClusterView.Peer(new UUID(0, number), number, 1, draining, gateway);
    }

    private static List<Integer> shares(List<ClusterView.Peer> peers) {
        return peers.stream()
                .map(peer -> Balancer.evenly(peers, peer.incarnation(), 256))
                .toList();
    }

    @Test
    void nodesThatRunSomethingShareAllBuckets() {
        assertThat(shares(IntStream.range(0, 3)
                        .mapToObj(number -> peer(number, false, false))
                        .toList()))
                .containsExactly(86, 85, 85);
        assertThat(shares(List.of(peer(1, false, true), peer(2, false, false), peer(3, true, false))))
                .containsExactly(0, 256, 0);
    }

    @Test
    void gatewaysShareNothing() {
        assertThat(shares(List.of(peer(1, false, true), peer(2, false, true)))).containsExactly(0, 0);
    }
}

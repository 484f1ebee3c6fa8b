package dev.holdfast.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.StoredWorkflow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadedBytesTest {
    private static final int SHORT = StoredWorkflow.BYTES_MAX;
    private static final int LONG = SHORT + 1;
    private static final long MAX = 40L * SHORT;

    private final MemoryStore store = new MemoryStore();
    private final LoadedBytes bytes = new LoadedBytes(MAX);

    private Claim claim() {
        return new Claim(store.newKey());
    }

    /** As many as fit. */
    private List<Claim> fill(long size) {
        List<Claim> held = new ArrayList<>();
        for (Claim claim = claim(); bytes.tryHold(claim, size); claim = claim()) {
            held.add(claim);
            assertThat(held).hasSizeLessThanOrEqualTo(100);
        }
        return held;
    }

    @Test
    void shortOnesLeaveAQuarterToLongOnes() {
        assertThat(bytes.roomForShort()).isEqualTo(30);
        assertThat(fill(SHORT)).hasSize(30);
        assertThat(bytes.roomForShort()).isZero();
        assertThat(fill(LONG)).hasSize(9);
        assertThat(bytes.held()).isLessThanOrEqualTo(MAX);
    }

    @Test
    void longOnesLeaveAQuarterToShortOnes() {
        assertThat(fill(LONG)).hasSize(29);
        assertThat(bytes.roomForShort()).isEqualTo(10);
        assertThat(fill(SHORT)).hasSize(10);
        assertThat(bytes.held()).isLessThanOrEqualTo(MAX);
    }

    @Test
    void theLargestFitsAlone() {
        Claim claim = claim();
        assertThat(bytes.hasRoom(bytes.largest())).isTrue();
        assertThat(bytes.tryHold(claim, bytes.largest() + 1)).isFalse();
        assertThat(bytes.tryHold(claim, bytes.largest())).isTrue();
        assertThat(bytes.hasRoom(LONG)).isFalse();
        bytes.release(claim);
        assertThat(bytes.held()).isZero();
    }

    @Test
    void aClaimHoldsWhatItLastAskedFor() {
        Claim claim = claim();
        assertThat(bytes.tryHold(claim, SHORT)).isTrue();
        assertThat(bytes.tryHold(claim, 10L * SHORT)).isTrue();
        assertThat(bytes.held()).isEqualTo(10L * SHORT);
        assertThat(bytes.tryHold(claim, MAX)).isFalse();
        assertThat(bytes.held()).isEqualTo(10L * SHORT);
        assertThat(bytes.tryHold(claim, 5)).isTrue();
        assertThat(bytes.held()).isEqualTo(5);
        bytes.release(claim);
        bytes.release(claim);
        assertThat(bytes.held()).isZero();
        assertThat(fill(SHORT)).hasSize(30);
    }
}

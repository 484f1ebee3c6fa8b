package dev.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.WorkflowWrite.Unloading;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is stored of many waits. */
final class UnloadingTest {
    @Test
    void ofMoreWaitsThanAreStoredThoseThatAMessageEndsAreKept() {
        List<Wait> waits = new ArrayList<>(IntStream.range(0, 150)
                .mapToObj(i -> (Wait) new Wait.Retry("step-" + i))
                .toList());
        waits.add(new Wait.Signal("go"));
        waits.add(new Wait.Child("ship"));
        waits.add(Wait.Child.ANY);
        List<Wait> stored = Unloading.waiting(waits, null).waitsFor();
        assertThat(stored).hasSizeLessThanOrEqualTo(Unloading.WAITS_MAX);
        assertThat(stored).contains(Wait.Signal.ANY, Wait.Child.ANY);
    }
}

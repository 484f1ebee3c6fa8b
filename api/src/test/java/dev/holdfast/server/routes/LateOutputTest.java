package dev.holdfast.server.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.StoreUnavailableException;
import io.helidon.webserver.CloseConnectionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A failure before the first byte is a problem; one behind it cuts the connection. */
class LateOutputTest {
    private final StoreUnavailableException outage = new StoreUnavailableException("it is away", null);

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private int opened;

    private final LateOutput out = new LateOutput(() -> {
        opened++;
        return sent;
    });

    @Test
    void aFailureBeforeTheFirstByteIsThrownAsItIs() {
        assertThat(out.failure(outage)).isSameAs(outage);
        assertThat(out.failure(new IOException("gone"))).isInstanceOf(UncheckedIOException.class);
        assertThat(opened).isZero();
    }

    @Test
    void aFailureBehindTheFirstByteCutsTheConnection() throws IOException {
        out.write("a".getBytes(StandardCharsets.UTF_8));
        out.write('b');
        assertThat(out.failure(outage))
                .isInstanceOf(CloseConnectionException.class)
                .hasCause(outage);
        assertThat(sent.toString(StandardCharsets.UTF_8)).isEqualTo("ab");
        assertThat(opened).isOne();
    }
}

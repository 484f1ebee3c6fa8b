package dev.holdfast.server.routes;

import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens a response at its first byte, so that what fails before it is still a problem with its own status. Used by one
 * thread.
 */
final class LateOutput extends OutputStream {
    private final Supplier<OutputStream> opens;
    private @Nullable OutputStream opened;

    LateOutput(Supplier<OutputStream> opens) {
        this.opens = opens;
    }

    /** What to throw: once the response has begun, its end must not look like that of a whole one. */
    RuntimeException failure(Exception e) {
        if (opened != null) {
            return new CloseConnectionException("an export is cut off: " + e.getMessage(), e);
        }
        return e instanceof RuntimeException refused ? refused : new UncheckedIOException((IOException) e);
    }

    private OutputStream out() {
        OutputStream out = opened == null ? opens.get() : opened;
        opened = out;
        return out;
    }

    @Override
    public void write(int one) throws IOException {
        out().write(one);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        out().write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
        out().flush();
    }

    @Override
    public void close() throws IOException {
        out().close();
    }
}

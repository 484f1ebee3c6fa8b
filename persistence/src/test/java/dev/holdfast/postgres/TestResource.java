package dev.holdfast.postgres;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test has in a field with {@code @RegisterExtension}. It is closed after the test, or after all tests of the
 * class where they share the field; after all methods of the test itself, whether they fail or not. Elsewhere whoever
 * makes one closes it.
 */
public abstract class TestResource implements AutoCloseable, BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private boolean shared;

    /** Is not called for the field of an instance that is made for one test. */
    @Override
    public final void beforeAll(ExtensionContext context) {
        shared = true;
    }

    @Override
    public final void afterEach(ExtensionContext context) throws IOException {
        if (!shared) {
            close();
        }
    }

    @Override
    public final void afterAll(ExtensionContext context) throws IOException {
        close();
    }

    @Override
    public abstract void close() throws IOException;
}

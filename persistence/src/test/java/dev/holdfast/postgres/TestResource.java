package dev.holdfast.postgres;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A resource in a field with {@code @RegisterExtension}. JUnit closes it after the test, or after the last test of the
 * class if the tests share the field, and after all {@code @AfterEach} methods, even if they fail. Code that creates
 * one elsewhere closes it itself.
 */
public abstract class TestResource implements AutoCloseable, BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private boolean shared;

    /** JUnit does not call this for a field of one test only. */
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

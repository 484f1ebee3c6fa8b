package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ThrowableTextTest {
    /** Has a new cause whenever it is asked. */
    private static final class Endless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    private static Throwable chain(int length) {
        Throwable last = new IllegalStateException();
        for (int i = 0; i < length; i++) {
            last = new IllegalStateException("number " + i, last);
        }
        return last;
    }

    @Test
    void methodsThatThrowDoNotHideTheException() {
        assertThat(ThrowableText.message(new HostileException())).isEqualTo("(its getMessage() throws)");
        assertThat(ThrowableText.stack(new HostileException(), 1_000)).startsWith(HostileException.class.getName());
        assertThat(Failure.of(new HostileException()).type()).isEqualTo(HostileException.class.getName());
    }

    @Test
    void anExceptionWithoutAMessageHasNone() {
        assertThat(ThrowableText.message(new IllegalStateException())).isEmpty();
    }

    @Test
    void causesWithoutEndAreCut() {
        assertThat(ThrowableText.stack(chain(50_000), 100_000))
                .startsWith("java.lang.IllegalStateException: number 49999\n\tat ")
                .contains("Caused by: java.lang.IllegalStateException: number 49998")
                .endsWith("Caused by: …\n");
        assertThat(ThrowableText.stack(new Endless(), 1_000_000)).endsWith("Caused by: …\n");
        Throwable self = new IllegalStateException("outer");
        self.initCause(new IllegalStateException("inner", self));
        assertThat(ThrowableText.stack(self, 100_000)).endsWith("Caused by: …\n");
    }

    @Test
    void theTextIsLimited() {
        Throwable large = new IllegalStateException("x".repeat(1 << 20));
        assertThat(ThrowableText.stack(large, 16_000)).hasSizeLessThanOrEqualTo(16_000);
    }

    @Test
    void whatWasSuppressedIsShown() {
        Throwable thrown = new IllegalStateException("main");
        thrown.addSuppressed(new IllegalStateException("aside"));
        assertThat(ThrowableText.stack(thrown, 16_000))
                .contains("\tSuppressed: java.lang.IllegalStateException: aside");
    }
}

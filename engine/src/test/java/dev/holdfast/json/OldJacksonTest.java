package dev.holdfast.json;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** On a class path where a framework holds back the annotations of Jackson. */
class OldJacksonTest {
    /** The class path of this test with annotations that are older than what Jackson asks for. */
    private static final class OldAnnotations extends URLClassLoader {
        OldAnnotations() {
            super(
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                            .map(OldAnnotations::url)
                            .toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
        }

        private static URL url(String path) {
            try {
                return Path.of(path).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals("com.fasterxml.jackson.annotation.JsonSerializeAs")) {
                throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
        }
    }

    @Test
    void saysWhichVersionIsNeeded() throws Exception {
        try (OldAnnotations classes = new OldAnnotations()) {
            var codec = classes.loadClass(JacksonCodec.class.getName()).getConstructor();

            assertThatThrownBy(codec::newInstance)
                    .cause()
                    .hasMessageContaining("JsonSerializeAs")
                    .hasMessageContaining("com.fasterxml.jackson.core:jackson-annotations")
                    .hasMessageContaining("dev.holdfast:holdfast-bom")
                    .extracting(thrown -> thrown.getClass().getName())
                    .isEqualTo("dev.holdfast.HoldfastException");
        }
    }
}

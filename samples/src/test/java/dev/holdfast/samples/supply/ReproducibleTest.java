package dev.holdfast.samples.supply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two builds of the last commit produce the same jars, according to {@code .ci/reproducible}, which prints differences.
 */
@Tag("long")
class ReproducibleTest {
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void twoBuildsMakeTheSameJars() throws IOException, InterruptedException {
        Process builds = new ProcessBuilder("../.ci/reproducible")
                .redirectErrorStream(true)
                .start();
        String output = new String(builds.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(builds.waitFor()).as(output).isZero();
        assertThat(output).endsWith(" 0 differ\n");
    }
}

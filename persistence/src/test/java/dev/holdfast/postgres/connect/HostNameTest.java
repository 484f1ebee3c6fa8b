package dev.holdfast.postgres.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNameTest {
    private static final HostName.Resolver WITHOUT_ADDRESS = () -> {
        throw new UnknownHostException("shop-7: shop-7: Name or service not known");
    };

    @Test
    void isTheNameThatHasAnAddress() {
        assertThat(HostName.get(() -> "shop-1", Path.of("nowhere"))).isEqualTo("shop-1");
    }

    @Test
    void isTheNameOfTheKernelWithoutAnAddress(@TempDir Path directory) throws IOException {
        Path kernel = Files.writeString(directory.resolve("hostname"), "shop-7.example\n");
        assertThat(HostName.get(WITHOUT_ADDRESS, kernel)).isEqualTo("shop-7.example");
    }

    @Test
    void isTheNameWithoutAnAddressWhereNoFileTellsTheKernels(@TempDir Path directory) {
        assertThat(HostName.get(WITHOUT_ADDRESS, directory.resolve("none"))).isEqualTo("shop-7");
    }

    @Test
    void isThatOfTheNodeByDefault() {
        assertThat(PostgresConfig.defaults().nodeName()).isEqualTo(HostName.get());
    }
}

package dev.holdfast.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.doctor.Doctor;
import dev.holdfast.postgres.doctor.Finding;
import dev.holdfast.postgres.doctor.Findings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The findings on a server whose settings lose data, or block all commits. */
@Timeout(120)
class DoctorServerTest {
    @Test
    void aServerThatMayLoseCommitsIsTold(@TempDir Path data) {
        try (RestartableServer server = new RestartableServer(data)) {
            server.stop(RestartableServer.Mode.FAST);
            server.startWith("fsync=off", "full_page_writes=off", "synchronous_standby_names=nobody");

            Findings findings = new Findings(
                    Doctor.of(DatabaseSettings.of(server.jdbcUrl())).examine());

            for (String check : new String[] {"fsync", "full-page-writes", "standbys"}) {
                assertThat(findings.of(check).state()).as(check).isEqualTo(Finding.State.DEGRADED);
                assertThat(findings.of(check).todo()).isNotBlank();
            }
            assertThat(findings.of("standbys").seen()).contains("synchronous_standby_names = nobody");
            assertThat(findings.of("synchronous-commit").state()).isEqualTo(Finding.State.OK);
        }
    }
}

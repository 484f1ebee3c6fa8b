package dev.holdfast.postgres.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What a doctor has found, by the names of its checks. */
public record Findings(List<Finding> all) {
    /** The one finding of this check. */
    public Finding of(String check) {
        List<Finding> found =
                all.stream().filter(one -> one.check().equals(check)).toList();
        assertThat(found).as("of %s: %s", check, all).hasSize(1);
        return found.getFirst();
    }

    /** It is degraded, and all others are ok. */
    Finding onlyDegraded(String check) {
        assertThat(all.stream().filter(one -> one.state() != Finding.State.OK)).containsExactly(of(check));
        assertThat(of(check).state()).isEqualTo(Finding.State.DEGRADED);
        assertThat(of(check).todo()).isNotBlank();
        return of(check);
    }
}

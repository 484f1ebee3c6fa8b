package dev.holdfast.postgres;

import dev.holdfast.Submitter;
import dev.holdfast.spi.Entry.Acceptance;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who submitted what is accepted, column by column; nothing where nobody says who it is. */
final class SubmitterColumns {
    private SubmitterColumns() {}

    static void bind(Binder binder, List<Acceptance> accepting) throws SQLException {
        boolean some = accepting.stream().anyMatch(acceptance -> acceptance.submitter() != null);
        List<Acceptance> told = some ? accepting : List.of();
        column(binder, told, submitter -> Optional.of(submitter.actor()));
        column(binder, told, Submitter::role);
        column(binder, told, Submitter::requestId);
    }

    private static void column(Binder binder, List<Acceptance> told, Function<Submitter, Optional<String>> value)
            throws SQLException {
        if (told.isEmpty()) {
            binder.add("text", null);
            return;
        }
        @Nullable String[] column = new @Nullable String[told.size()];
        for (int i = 0; i < column.length; i++) {
            Submitter submitter = told.get(i).submitter();
            column[i] = submitter == null ? null : value.apply(submitter).orElse(null);
        }
        binder.add("text", column);
    }
}

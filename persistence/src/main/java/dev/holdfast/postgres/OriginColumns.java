package dev.holdfast.postgres;

import dev.holdfast.Submitter;
import dev.holdfast.spi.Entry.Acceptance;
import dev.holdfast.spi.TraceContext;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whence came what is accepted, column by column: its trace and who submitted; nothing where nobody says so. */
final class OriginColumns {
    private OriginColumns() {}

    static void bind(Binder binder, List<Acceptance> accepting) throws SQLException {
        column(binder, accepting, Acceptance::trace, TraceContext::traceparent);
        column(binder, accepting, Acceptance::trace, TraceContext::tracestate);
        column(binder, accepting, Acceptance::submitter, Submitter::actor);
        column(binder, accepting, Acceptance::submitter, one -> one.role().orElse(null));
        column(binder, accepting, Acceptance::submitter, one -> one.requestId().orElse(null));
    }

    private static <T> void column(
            Binder binder,
            List<Acceptance> accepting,
            Function<Acceptance, @Nullable T> origin,
            Function<T, @Nullable String> value)
            throws SQLException {
        @Nullable String @Nullable [] column = null; // made for the first one that says so
        for (int i = 0; i < accepting.size(); i++) {
            T told = origin.apply(accepting.get(i));
            if (told != null) {
                column = column == null ? new @Nullable String[accepting.size()] : column;
                column[i] = value.apply(told);
            }
        }
        binder.add("text", column);
    }
}

package dev.holdfast.postgres.checkpoint;

import dev.holdfast.Submitter;
import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.spi.TraceContext;
import dev.holdfast.spi.WorkflowWrite.Creation;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whence came what is accepted, column by column: its trace and who submitted; nothing where nobody says so. */
final class OriginColumns {
    private OriginColumns() {}

    static void bind(Binder binder, List<Creation> accepting) throws SQLException {
        column(binder, accepting, Creation::trace, TraceContext::traceparent);
        column(binder, accepting, Creation::trace, TraceContext::tracestate);
        column(binder, accepting, Creation::submitter, Submitter::actor);
        column(binder, accepting, Creation::submitter, one -> one.role().orElse(null));
        column(binder, accepting, Creation::submitter, one -> one.requestId().orElse(null));
    }

    private static <T> void column(
            Binder binder,
            List<Creation> accepting,
            Function<Creation, @Nullable T> origin,
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

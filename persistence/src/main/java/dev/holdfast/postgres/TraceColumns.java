package dev.holdfast.postgres;

import dev.holdfast.spi.Entry.Acceptance;
import dev.holdfast.spi.TraceContext;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The traces of what is accepted, column by column; nothing where nobody traces. */
final class TraceColumns {
    private TraceColumns() {}

    static void bind(Binder binder, List<Acceptance> accepting) throws SQLException {
        if (accepting.stream().allMatch(acceptance -> acceptance.trace() == null)) {
            binder.add("text", null).add("text", null);
            return;
        }
        @Nullable String[] traceparent = new @Nullable String[accepting.size()];
        @Nullable String[] tracestate = new @Nullable String[accepting.size()];
        for (int i = 0; i < accepting.size(); i++) {
            TraceContext trace = accepting.get(i).trace();
            traceparent[i] = trace == null ? null : trace.traceparent();
            tracestate[i] = trace == null ? null : trace.tracestate();
        }
        binder.add("text", traceparent).add("text", tracestate);
    }
}

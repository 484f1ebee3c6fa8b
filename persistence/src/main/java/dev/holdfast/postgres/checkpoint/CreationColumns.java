package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The acceptances of a batch, column by column, as the call takes them. */
final class CreationColumns {
    private CreationColumns() {}

    static void bind(Binder binder, Batch batch) throws SQLException {
        List<MailboxBatch> accepting =
                batch.parts().stream().filter(part -> part.acceptance() != null).toList();
        int size = accepting.size();
        if (size == 0) {
            bindNone(binder);
            return;
        }
        int[] bucket = new int[size];
        int[] era = new int[size];
        UUID[] uid = new UUID[size];
        String[] definition = new String[size];
        int[] version = new int[size];
        @Nullable String[] labels = new @Nullable String[size];
        byte[][] input = new byte[size][];
        boolean[] starts = new boolean[size];
        for (int i = 0; i < size; i++) {
            WorkflowWrite.Creation acceptance =
                    Objects.requireNonNull(accepting.get(i).acceptance());
            WorkflowKey key = accepting.get(i).mailbox().key();
            bucket[i] = key.bucket();
            era[i] = key.era();
            uid[i] = key.uid();
            definition[i] = acceptance.definition();
            version[i] = acceptance.version();
            labels[i] = DatabaseJson.labels(acceptance.labels());
            input[i] = acceptance.input();
            starts[i] = acceptance.starts();
        }
        binder.add("int4", bucket)
                .add("int4", era)
                .add(uid)
                .add("text", definition)
                .add("int4", version);
        binder.add("text", labels).add("bytea", input).add("bool", starts);
        List<WorkflowWrite.Creation> acceptances = accepting.stream()
                .map(part -> Objects.requireNonNull(part.acceptance()))
                .toList();
        OriginColumns.bind(binder, acceptances);
    }

    private static void bindNone(Binder binder) throws SQLException {
        binder.add("int4", null)
                .add("int4", null)
                .add((UUID[]) null)
                .add("text", null)
                .add("int4", null);
        binder.add("text", null).add("bytea", null).add("bool", null);
        OriginColumns.bind(binder, List.of());
    }
}

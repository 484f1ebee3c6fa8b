package dev.holdfast.engine.export;

import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the history of a workflow as lines of JSON: one with the workflow and its input, one for each record, and a
 * last one with their number, which shows that the file is whole. Holds one page of records at a time. Safe for all
 * threads.
 */
public final class HistoryExport {
    private static final int PAGE_RECORDS = 500;
    private static final long PAGE_BYTES = 1L << 20;
    private static final int FIRST_RUN = 1;

    private final Store store;

    public HistoryExport(Store store) {
        this.store = store;
    }

    /**
     * Writes all lines, and nothing before it has read the first ones. Throws {@link UnknownWorkflowException}, also
     * for one that is deleted meanwhile, and {@link UncheckedIOException} if writing fails.
     */
    public void write(String id, OutputStream out) {
        WorkflowKey key = locate(id);
        WorkflowSummary workflow = store.find(key).orElseThrow(() -> new UnknownWorkflowException(id));
        byte[] input = store.input(key).orElseThrow(() -> new UnknownWorkflowException(id));
        byte[] head = ExportJson.line(head(workflow, key, input));
        List<LogRecord> first = page(id, 0);
        try {
            write(id, head, first, out);
        } catch (IOException e) {
            throw new UncheckedIOException("the history of workflow " + id + " cannot be written", e);
        }
    }

    /** Looked up for each page: the rows of a workflow may move to a later era. */
    private WorkflowKey locate(String id) {
        return store.locate(id).orElseThrow(() -> new UnknownWorkflowException(id));
    }

    private List<LogRecord> page(String id, int after) {
        return store.log(locate(id), after, PAGE_RECORDS, PAGE_BYTES);
    }

    private void write(String id, byte[] head, List<LogRecord> first, OutputStream out) throws IOException {
        line(out, head);
        int last = 0;
        for (List<LogRecord> page = first; !page.isEmpty(); page = page(id, last)) {
            for (LogRecord record : page) {
                line(out, ExportJson.line(RecordJson.write(record)));
                last = record.seq();
            }
        }
        line(out, ExportJson.line(ExportJson.object().put("records", last)));
        out.flush();
    }

    private static void line(OutputStream out, byte[] json) throws IOException {
        out.write(json);
        out.write('\n');
    }

    private static ObjectNode head(WorkflowSummary workflow, WorkflowKey key, byte[] input) {
        String version = HistoryExport.class.getPackage().getImplementationVersion();
        ObjectNode head = ExportJson.object()
                .put("holdfast-history", ExportedHistory.FORMAT)
                .put("engine", version == null ? "development" : version)
                .put("id", workflow.id())
                .put("uid", key.uid().toString())
                .put("run", FIRST_RUN)
                .put("definition", workflow.type())
                .put("version", workflow.version())
                .put("acceptedAt", workflow.createdAt().toString());
        ObjectNode labels = head.putObject("labels");
        workflow.labels().forEach(labels::put);
        workflow.deadline().ifPresent(deadline -> head.put("deadline", deadline.toString()));
        ExportJson.put(head, "input", input);
        return head;
    }
}

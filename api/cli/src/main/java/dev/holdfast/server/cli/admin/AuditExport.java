package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Prints the audit log page by page, in constant memory. Used by one thread. */
final class AuditExport {
    private static final String PAGE = "500";

    private final Client node;
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean showsProgress = Terminal.isStderr();

    AuditExport(Client node, PrintWriter out, PrintWriter err) {
        this.node = node;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit status: failure if stdout is closed. */
    int run(Map<String, String> filters) {
        Map<String, String> query = new LinkedHashMap<>(filters);
        query.put("limit", PAGE);
        int rows = 0;
        JsonNode next;
        do {
            JsonNode page = AuditCommand.page(node, query).json();
            for (JsonNode row : page.path("items")) {
                out.println(row);
                rows++;
            }
            if (out.checkError()) { // also flushes
                return CommandLine.ExitCode.SOFTWARE;
            }
            progress("\r" + rows + " rows");
            next = page.path("next");
            query.put("cursor", next.asString(""));
        } while (next.isString());
        progress(System.lineSeparator());
        return CommandLine.ExitCode.OK;
    }

    private void progress(String text) {
        if (showsProgress) {
            err.print(text);
            err.flush();
        }
    }
}

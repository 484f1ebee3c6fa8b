package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Prints the audit page by page as it comes, so that its length does not matter. One thread. */
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

    /** The exit status: that of a failure where nobody takes what is printed. */
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
            if (out.checkError()) { // flushes
                return CommandLine.ExitCode.SOFTWARE;
            }
            tell("\r" + rows + " rows");
            next = page.path("next");
            query.put("cursor", next.asString(""));
        } while (next.isString());
        tell(System.lineSeparator());
        return CommandLine.ExitCode.OK;
    }

    private void tell(String text) {
        if (showsProgress) {
            err.print(text);
            err.flush();
        }
    }
}

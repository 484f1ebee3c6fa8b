package dev.holdfast.server.cli.client;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Prints the export of a history, line by line, and makes sure that it is whole. One use, by one thread. */
public final class HistoryExport {
    /** The beginning of the last line. */
    private static final String END = "{\"records\":";

    private final PrintWriter out;
    private String last = "";

    public HistoryExport(PrintWriter out) {
        this.out = out;
    }

    /** Returns the exit status: failure if stdout is closed. */
    public int run(Client node, String workflow) {
        node.lines("/v1/workflows/" + Client.segment(workflow) + "/export", line -> {
            out.print(line);
            out.print('\n'); // the same file on every system
            last = line;
        });
        boolean closed = out.checkError(); // also flushes
        if (!last.startsWith(END)) {
            throw CommandFailedException.of(
                    "The node has cut off the export: its last line is missing.", "Run the command again.");
        }
        return closed ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }
}

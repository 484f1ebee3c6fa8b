package dev.holdfast.server;

import dev.holdfast.server.cli.HoldfastCommand;

/** What {@link NodeProcessTest} runs: the command line as a program has it. */
final class NodeProcess {
    private NodeProcess() {}

    public static void main(String[] arguments) {
        TestWorkflows workflows = new TestWorkflows();
        Samples samples = (builder, dataSource, allowHalt) -> workflows.register(builder);
        System.exit(HoldfastCommand.commandLine(samples).execute(arguments));
    }
}

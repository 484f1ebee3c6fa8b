package dev.holdfast.server;

import dev.holdfast.server.cli.HoldfastCommand;

/** The main class that {@link NodeProcessTest} runs: the command line. */
final class NodeProcess {
    private NodeProcess() {}

    public static void main(String[] arguments) {
        TestWorkflows workflows = new TestWorkflows();
        WorkflowRegistration registration = (builder, dataSource, allowHalt) -> workflows.register(builder);
        System.exit(HoldfastCommand.commandLine(registration).execute(arguments));
    }
}

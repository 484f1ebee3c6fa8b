package dev.holdfast.server.cli.client;

import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands that ask a node have in common. */
public final class ClientOptions {
    private static final String DEFAULT_URL = "http://127.0.0.1:7070";
    private static final int PORT_MAX = 65_535;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = DEFAULT_URL,
            description = "Where the node is. Default: ${DEFAULT-VALUE}.")
    private String url;

    @Option(names = "--json", description = "Print the answer as it came, which is JSON for programs.")
    private boolean json;

    @Mixin
    private Credentials credentials;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ClientOptions() {}

    /** Asks; whoever is called closes nothing. */
    public <T> T ask(Function<Client, T> question) {
        try (Client client = new Client(base(), credentials.key(spec.commandLine()), credentials.trust())) {
            return question.apply(client);
        }
    }

    private URI base() {
        String plain = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            URI base = new URI(plain);
            if (plain.matches("https?://[^/\\s]+") && base.getHost() != null && base.getPort() <= PORT_MAX) {
                return base;
            }
        } catch (URISyntaxException e) {
            throw usage("--url is \"" + url + "\": " + e.getReason());
        }
        throw usage("--url is \"" + url + "\": expected something like http://127.0.0.1:7070");
    }

    public CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    /** Whether the command line says which node to ask. */
    public boolean isToldUrl() {
        return spec.commandLine().getParseResult().hasMatchedOption("--url");
    }

    /** What to type for another command on the same node. */
    public String command(String words) {
        return "./holdfast " + words + (isToldUrl() ? " --url " + url : "");
    }

    /** Whether somebody said where the node is. */
    public boolean isUrlGiven() {
        return !url.equals(DEFAULT_URL);
    }

    public boolean json() {
        return json;
    }

    public PrintWriter out() {
        return spec.commandLine().getOut();
    }

    public PrintWriter err() {
        return spec.commandLine().getErr();
    }
}

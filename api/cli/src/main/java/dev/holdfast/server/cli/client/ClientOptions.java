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

/** Options of all client commands: the node, the credentials, the output format. */
public final class ClientOptions {
    private static final String DEFAULT_URL = "http://127.0.0.1:7070";
    private static final int PORT_MAX = 65_535;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = DEFAULT_URL,
            description = "Address of the node. Default: ${DEFAULT-VALUE}.")
    private String url;

    @Option(names = "--json", description = "Print the unchanged JSON response, for programs.")
    private boolean json;

    @Mixin
    private Credentials credentials;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ClientOptions() {}

    /** Opens a client, runs the request, and closes the client. */
    public <T> T call(Function<Client, T> request) {
        try (Client client = new Client(base(), credentials.key(spec.commandLine()), credentials.trust())) {
            return request.apply(client);
        }
    }

    private URI base() {
        String plain = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            URI base = new URI(plain);
            if (plain.matches("https?://[^/?#\\s]+(/[^/?#\\s]+)*")
                    && base.getHost() != null
                    && base.getPort() <= PORT_MAX) {
                return base;
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        throw usage("--url is \"" + url + "\": expected an address such as http://127.0.0.1:7070");
    }

    public CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    /** Whether the command line has --url. */
    public boolean hasUrlOption() {
        return spec.commandLine().getParseResult().hasMatchedOption("--url");
    }

    /** The command line of another command for the same node. */
    public String command(String words) {
        return "./holdfast " + words + (hasUrlOption() ? " --url " + url : "");
    }

    /** Whether the URL comes from the command line or the environment. */
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

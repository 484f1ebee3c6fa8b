package dev.holdfast.server.cli.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** A question that was not answered, as people are told: what happened, where, and what to do. */
record ConnectionFailure(URI base, String method, IOException cause) {
    private static final String ELSEWHERE = "Say with --url or HOLDFAST_URL where the node is.";

    CommandFailedException refusal() {
        return switch (cause) {
            case ConnectException e
            when isUnresolved() ->
                CommandFailedException.unanswered(
                        "The host " + base.getHost() + " of " + base
                                + " is not known, or its name cannot be looked up.",
                        ELSEWHERE);
            case ConnectException e ->
                CommandFailedException.unanswered(
                        "No server answers at " + base + ".", "Start one with `./holdfast dev`. " + ELSEWHERE);
            case HttpConnectTimeoutException e ->
                CommandFailedException.unanswered(
                        "No connection to " + base + " within " + Client.CONNECT.toSeconds()
                                + " s: the host is down, or something between drops what is sent.",
                        ELSEWHERE);
            case HttpTimeoutException e ->
                CommandFailedException.unanswered("The server at " + base + " did not answer in time." + unknown());
            case SSLException e ->
                CommandFailedException.because(
                        "No TLS connection to " + base + ": " + e.getMessage(),
                        "If the node speaks plain HTTP, its URL begins with http://. If its certificate is of an"
                                + " authority of yours, say so with --ca-file. " + ELSEWHERE);
            default ->
                CommandFailedException.unanswered(
                        "The connection to " + base + " broke: " + message() + "." + unknown(),
                        "If this happens each time, it is no node that answers there. " + ELSEWHERE);
        };
    }

    /** It stands below others as deep as the client likes. */
    private boolean isUnresolved() {
        return Stream.iterate((Throwable) cause, e -> e != null, Throwable::getCause)
                .anyMatch(UnresolvedAddressException.class::isInstance);
    }

    private String message() {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** Whoever asked only loses nothing. */
    private String unknown() {
        return method.equals("GET") ? "" : " Whether it did what it was asked is unknown.";
    }
}

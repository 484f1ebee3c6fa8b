package dev.holdfast.server.cli.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Explains a request without a response: what happened, at which URL, and what to do. */
record ConnectionFailure(URI base, String method, IOException cause) {
    private static final String SET_URL = "Set --url or HOLDFAST_URL to the address of the node.";

    CommandFailedException toException() {
        return switch (cause) {
            case ConnectException e
            when isUnresolved() ->
                CommandFailedException.unreachable(
                        "The host " + base.getHost() + " of " + base + " is unknown, or name resolution failed.",
                        SET_URL);
            case ConnectException e ->
                CommandFailedException.unreachable(
                        "No server responds at " + base + ".", "Start one with `./holdfast dev`. " + SET_URL);
            case HttpConnectTimeoutException e ->
                CommandFailedException.unreachable(
                        "No connection to " + base + " within " + Client.CONNECT_TIMEOUT.toSeconds()
                                + " s: the host is down, or a firewall drops the packets.",
                        SET_URL);
            case HttpTimeoutException e ->
                CommandFailedException.unreachable("The server at " + base + " did not respond in time." + outcome());
            case SSLException e ->
                CommandFailedException.of(
                        "No TLS connection to " + base + ": " + e.getMessage(),
                        "If the node uses plain HTTP, its URL begins with http://. If a private authority"
                                + " issued its certificate, use --ca-file. " + SET_URL);
            default ->
                CommandFailedException.unreachable(
                        "The connection to " + base + " broke: " + message() + "." + outcome(),
                        "If this happens each time, the server is not a Holdfast node. " + SET_URL);
        };
    }

    /** The HTTP client wraps the cause in a varying number of exceptions. */
    private boolean isUnresolved() {
        return Stream.iterate((Throwable) cause, e -> e != null, Throwable::getCause)
                .anyMatch(UnresolvedAddressException.class::isInstance);
    }

    private String message() {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** What is known of the effect of the request; a GET has none. */
    private String outcome() {
        return method.equals("GET") ? "" : " It is unknown whether the node executed the request.";
    }
}

package dev.holdfast.postgres.connect;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.postgresql.ssl.WrappedFactory;

/**
 * Makes the TLS sockets of a data source. The class is public because the driver makes it, by its name and with the
 * text of {@link #argument}. No other code makes it.
 */
public final class TlsSockets extends WrappedFactory {
    private final TlsMode mode;

    /** Called by the driver with the text of {@link #argument}. */
    public TlsSockets(String argument) throws GeneralSecurityException, IOException {
        int end = argument.indexOf('\n');
        String authorities = argument.substring(end + 1);
        DatabaseTls tls = new DatabaseTls(
                TlsMode.of("database-tls", argument.substring(0, end)),
                Optional.of(authorities).filter(pem -> !pem.isEmpty()));
        this.mode = tls.mode();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust(tls)}, null);
        this.factory = context.getSocketFactory();
    }

    static String argument(DatabaseTls tls) {
        return tls.mode() + "\n" + tls.authorities().orElse("");
    }

    private static X509ExtendedTrustManager trust(DatabaseTls tls) throws GeneralSecurityException, IOException {
        return tls.mode().checksAuthority()
                ? new CheckedTrust(Authorities.trust(tls.authorities()), tls)
                : new UncheckedTrust();
    }

    /** Checks the host by the rules of HTTPS: a name among the names of the certificate, an address among addresses. */
    @Override
    public Socket createSocket(Socket plain, String host, int port, boolean autoClose) throws IOException {
        SSLSocket socket = (SSLSocket) super.createSocket(plain, host, port, autoClose);
        if (mode.checksHost()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        return socket;
    }
}

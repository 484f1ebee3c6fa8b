package dev.holdfast.postgres.connect;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Explains why a server is not trusted: which server, the reason, and what to do. Another trust manager decides; the
 * socket determines whether the host is checked. Used by {@link TlsSockets}. Safe for all threads.
 */
final class CheckedTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager trust;
    private final DatabaseTls tls;

    CheckedTrust(X509ExtendedTrustManager trust, DatabaseTls tls) {
        this.trust = trust;
        this.tls = tls;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            trust.checkServerTrusted(chain, authType, socket);
        } catch (CertificateException e) {
            throw new UntrustedServerException(
                    reason(((SSLSocket) socket).getHandshakeSession().getPeerHost(), chain[0], e), e);
        }
    }

    private String reason(String host, X509Certificate shown, CertificateException e) {
        String what;
        if (isCause(e, CertificateExpiredException.class)) {
            what = "its certificate, or one that it was signed with, has expired (its own is valid until "
                    + shown.getNotAfter().toInstant() + "): renew it on the server";
        } else if (isCause(e, CertificateNotYetValidException.class)) {
            what = "its certificate is valid from " + shown.getNotBefore().toInstant()
                    + " on: check the clock of this machine";
        } else if (isCause(e, CertPathBuilderException.class)) {
            what = tls.authorities().isPresent()
                    ? "its certificate is signed by none of the authorities in database-tls-ca: give the one that has"
                            + " signed it"
                    : "its certificate is signed by no authority that the JVM trusts: give the one that has signed it"
                            + " with database-tls-ca or database-tls-ca-file";
        } else if (tls.mode().checksHost() && e.getCause() == null) {
            what = "its certificate is for another host, " + names(shown) + ": connect by that name, or give the server"
                    + " a certificate for this one";
        } else {
            what = "its certificate is refused: " + e.getMessage();
        }
        return "the server " + host + " is not trusted (database-tls is " + tls.mode() + "): "
                + what.replaceAll("\\s+", " ");
    }

    private static boolean isCause(Throwable thrown, Class<? extends Throwable> kind) {
        return Causes.of(thrown, kind).findAny().isPresent();
    }

    private static String names(X509Certificate certificate) throws IllegalArgumentException {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names != null && !names.isEmpty()) {
                return names.stream()
                        .map(name -> String.valueOf(List.copyOf(name).getLast()))
                        .collect(Collectors.joining(", "));
            }
        } catch (CertificateException e) {
            return "whose names cannot be read";
        }
        return certificate.getSubjectX500Principal().getName();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        trust.checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        trust.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        trust.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.checkClientTrusted(chain, authType);
    }
}

package dev.holdfast.postgres.connect;

import java.security.cert.CertificateException;

/** The certificate of a server is not trusted; the message names the server, the reason and the remedy. */
final class UntrustedServerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    UntrustedServerException(String message, CertificateException cause) {
        super(message, cause);
    }
}

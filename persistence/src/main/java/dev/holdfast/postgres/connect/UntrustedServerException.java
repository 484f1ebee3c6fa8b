package dev.holdfast.postgres.connect;

import java.security.cert.CertificateException;

/** A server is not who it should be; the message says which, why, and what to do. */
final class UntrustedServerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    UntrustedServerException(String message, CertificateException cause) {
        super(message, cause);
    }
}

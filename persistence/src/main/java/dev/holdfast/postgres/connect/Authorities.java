package dev.holdfast.postgres.connect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The certificate authorities that a connection trusts. Stateless. */
final class Authorities {
    private Authorities() {}

    /** The certificates of a PEM text, one or several. Throws {@link IllegalArgumentException}. */
    static Collection<? extends Certificate> read(String pem) {
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            // reported below without the text, which may be a private key
        }
        throw new IllegalArgumentException("database-tls-ca has no certificate that can be read:"
                + " expected PEM, -----BEGIN CERTIFICATE----- and so on");
    }

    /** A trust manager for these authorities, or for those of the JVM if none are given. */
    static X509ExtendedTrustManager trust(Optional<String> pem) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(pem.isPresent() ? store(pem.orElseThrow()) : jvm());
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    /** Null, which makes the factory use the trust store of the JVM. */
    @SuppressWarnings("NullAway")
    private static KeyStore jvm() {
        @Nullable KeyStore none = null;
        return none;
    }

    private static KeyStore store(String pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (Certificate one : read(pem)) {
            store.setCertificateEntry("authority-" + number++, one);
        }
        return store;
    }
}

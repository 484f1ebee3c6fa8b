package dev.holdfast.server.http;

import dev.holdfast.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS contexts from PEM files, for the server and for client commands. Every method throws {@link HoldfastException}
 * that names the unusable file. Stateless.
 */
public final class Tls {
    /** Older protocols are broken (RFC 8996). */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};

    private Tls() {}

    /**
     * For a server, or a client with a certificate. {@code ca} has the trusted authorities; empty means those of Java.
     */
    public static SSLContext identified(Path certificate, Path key, Optional<Path> ca) {
        try {
            requirePair(privateKey(key), certificates(certificate).iterator().next());
            KeyStore store = empty();
            store.setKeyEntry(
                    "own",
                    privateKey(key),
                    NO_PASSWORD,
                    certificates(certificate).toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            return context(keys, ca);
        } catch (GeneralSecurityException | IOException e) {
            throw new HoldfastException(
                    "the certificate in " + certificate + " cannot be used with the key in " + key + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** For a client that trusts the authorities in {@code ca}. */
    public static SSLContext trusting(Path ca) {
        try {
            return context(null, Optional.of(ca));
        } catch (GeneralSecurityException | IOException e) {
            throw unusable("certificate", ca, e);
        }
    }

    private static SSLContext context(@Nullable KeyManagerFactory keys, Optional<Path> ca)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManagerFactory trust = ca.isPresent() ? trust(ca.orElseThrow()) : null;
        context.init(
                keys == null ? null : keys.getKeyManagers(), trust == null ? null : trust.getTrustManagers(), null);
        return context;
    }

    private static TrustManagerFactory trust(Path ca) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int number = 0;
        for (Certificate certificate : certificates(ca)) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    /** A key store accepts any pair; with a wrong one every handshake would fail. */
    private static void requirePair(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            throw new KeyException("they have different algorithms");
        }
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "EdDSA";
                });
        signature.initSign(key);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        if (!signature.verify(signed)) {
            throw new KeyException("the key does not belong to the certificate");
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!found.isEmpty()) {
                return found;
            }
        } catch (GeneralSecurityException | IOException e) {
            throw unusable("certificate", file, e);
        }
        throw new HoldfastException("there is no certificate in " + file + ": expected PEM with BEGIN CERTIFICATE");
    }

    /** The PEM header of PKCS#8 does not name the algorithm, so this tries each. */
    private static PrivateKey privateKey(Path file) {
        byte[] encoded = encodedKey(file);
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // another algorithm, or none: reported below
            }
        }
        throw new HoldfastException(
                "the private key in " + file + " has an unknown algorithm: expected RSA, EC or EdDSA");
    }

    private static byte[] encodedKey(Path file) {
        try {
            Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (matcher.find()) {
                return Base64.getMimeDecoder().decode(matcher.group(1));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unusable("private key", file, e);
        }
        throw new HoldfastException("there is no private key in " + file
                + ": expected PEM with BEGIN PRIVATE KEY, which is PKCS#8, not encrypted");
    }

    private static HoldfastException unusable(String what, Path file, Exception e) {
        return new HoldfastException("the " + what + " in " + file + " cannot be read: " + e, e);
    }
}

package dev.holdfast.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority, made with keytool; its certificates are PEM files. */
public final class TestAuthority {
    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path store;
    public final Path certificate;

    /** Creates an authority in an empty directory. */
    public TestAuthority(Path directory) {
        try {
            this.directory = Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.store = directory.resolve("store.p12");
        keytool("-alias", "ca", "-keyalg", "EC", "-dname", "CN=ca", "-ext", "bc:c");
        this.certificate = write("ca.pem", "CERTIFICATE", encoded("ca", false));
    }

    /** Issues a certificate for this machine; returns the files of certificate and key. */
    public record Identity(Path certificate, Path key) {}

    /** {@code algorithm} is RSA, EC or Ed25519. */
    public Identity identity(String name, String algorithm) {
        keytool(
                "-alias",
                name,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-signer",
                "ca");
        return new Identity(
                write(name + ".pem", "CERTIFICATE", encoded(name, false)),
                write(name + ".key", "PRIVATE KEY", encoded(name, true)));
    }

    private void keytool(String... what) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(what));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] encoded(String alias, boolean key) {
        try {
            KeyStore opened = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            Certificate own = opened.getCertificate(alias);
            return key ? opened.getKey(alias, PASSWORD.toCharArray()).getEncoded() : own.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(String name, String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        try {
            return Files.writeString(
                    directory.resolve(name),
                    "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.holdfast.postgres.connect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority of a test's own, and what it signs, by the JDK's keytool. In a directory that the caller deletes. */
final class Certificates {
    private static final String PASSWORD = "changeit";
    private static final String YEAR_LATER = "365";

    private final Path store;

    Certificates(Path directory) {
        this.store = directory.resolve("keys.p12");
    }

    /** An authority by this name. */
    Certificates authority(String name) {
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "bc:c",
                "-validity",
                YEAR_LATER);
        return this;
    }

    /** A server's, for what {@code names} says, such as {@code dns:localhost,ip:127.0.0.1}. */
    Certificates server(String alias, String authority, String names) {
        return signed(alias, authority, names, "now", YEAR_LATER);
    }

    /** As above, but it was valid for a day, long ago. */
    Certificates expired(String alias, String authority, String names) {
        return signed(alias, authority, names, "-30d", "1");
    }

    private Certificates signed(String alias, String authority, String names, String start, String days) {
        keytool(
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                "CN=server",
                "-signer",
                authority,
                "-ext",
                "san=" + names,
                "-startdate",
                start.equals("now") ? "-1d" : start,
                "-validity",
                days);
        return this;
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The certificate in PEM. */
    String pem(String alias) {
        try {
            return pem("CERTIFICATE", open().getCertificate(alias).getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts certificate and key where a server finds them with its next reload. */
    void install(String alias, Path cluster) {
        try {
            byte[] key = open().getKey(alias, PASSWORD.toCharArray()).getEncoded();
            write(cluster.resolve("server.crt"), pem(alias));
            write(cluster.resolve("server.key"), pem("PRIVATE KEY", key));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Owned as the directory is: as root, the server runs as another user, which may be mapped to this one. */
    private static void write(Path file, String text) throws IOException {
        Path made = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
        Files.setOwner(made, Files.getOwner(file.getParent()));
        Files.move(made, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private KeyStore open() throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private static String pem(String kind, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }
}

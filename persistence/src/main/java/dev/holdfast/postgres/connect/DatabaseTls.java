package dev.holdfast.postgres.connect;

import java.util.Optional;

/**
 * The TLS settings of the connections to a database. Immutable.
 *
 * @param authorities the certificates of trusted authorities in PEM; empty for those that the JVM trusts
 */
public record DatabaseTls(TlsMode mode, Optional<String> authorities) {
    /** Throws {@link IllegalArgumentException} for authorities that are missing, useless or unreadable. */
    public DatabaseTls {
        if (authorities.isPresent() && !mode.checksAuthority()) {
            throw new IllegalArgumentException("database-tls-ca is of no use if database-tls is " + mode
                    + ", which checks no certificate: use verify-full, or remove database-tls-ca");
        }
        if (authorities.isEmpty() && (mode == TlsMode.VERIFY_CA || mode == TlsMode.VERIFY_FULL)) {
            throw new IllegalArgumentException("database-tls is " + mode
                    + ", which needs the certificate of an authority: give database-tls-ca or database-tls-ca-file,"
                    + " or use require, which trusts the authorities of the JVM");
        }
        authorities.ifPresent(Authorities::read);
    }

    /** The given mode; without one, no TLS on loopback and {@code require} elsewhere. */
    public static DatabaseTls of(DatabaseAddress address, Optional<TlsMode> mode, Optional<String> authorities) {
        TlsMode otherwise = address.isLoopback() && authorities.isEmpty() ? TlsMode.DISABLE : TlsMode.REQUIRE;
        return new DatabaseTls(mode.orElse(otherwise), authorities);
    }
}

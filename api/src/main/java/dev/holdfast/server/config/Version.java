package dev.holdfast.server.config;

/** The version of this build, for logs and {@code --version}. Stateless. */
public final class Version {
    /** The first JDK where a thread that blocks inside synchronized does not hold on to its carrier (JEP 491). */
    private static final int UNPINNED = 24;

    private Version() {}

    /** The version in the manifest; {@code development} if run from classes. */
    public static String holdfast() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The version of the JDK. */
    public static String jdk() {
        return "JDK " + Runtime.version();
    }

    /** Whether one body that blocks inside {@code synchronized} takes a carrier thread from the others. */
    public static boolean pins() {
        return Runtime.version().feature() < UNPINNED;
    }
}

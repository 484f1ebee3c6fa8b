package dev.holdfast.server.config;

/** Which build this is. For logs and {@code --version}; stateless. */
public final class Version {
    /** The first JDK where a thread that blocks inside synchronized does not hold on to its carrier (JEP 491). */
    private static final int UNPINNED = 24;

    private Version() {}

    /** As the manifest has it; {@code development} when run from classes. */
    public static String holdfast() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The JDK under it. */
    public static String jdk() {
        return "JDK " + Runtime.version();
    }

    /** Whether one body that blocks inside {@code synchronized} takes a carrier thread from the others. */
    public static boolean pins() {
        return Runtime.version().feature() < UNPINNED;
    }
}

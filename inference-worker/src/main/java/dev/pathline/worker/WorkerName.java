package dev.pathline.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What a worker is called: by its machine, for people, and by a number that no other worker has, on this machine or another,
 * before or after.
 */
final class WorkerName {

    private static final int MOST = 40;
    private static final int RANDOM_BYTES = 4;

    private WorkerName() {}

    /** Returns a new name. */
    static String next() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return of(host(), HexFormat.of().formatHex(random));
    }

    static String of(String host, String suffix) {
        String readable = host.replaceAll("[^A-Za-z0-9.-]", "");
        return (readable.isEmpty() ? "worker" : readable.substring(0, Math.min(MOST, readable.length()))) + "-"
                + suffix;
    }

    /** The name of a container or a pod is in its environment. */
    private static String host() {
        String name = System.getenv("HOSTNAME");
        if (name != null) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }
}

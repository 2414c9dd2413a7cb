package dev.pathline.nats;

import java.time.Duration;
import java.util.List;

/**
 * How a NATS server is reached, and what is kept there.
 *
 * @param servers {@code nats://HOST:PORT}, one or more of a cluster
 * @param user who asks; empty where nobody need say
 * @param password the user's
 * @param prefix with which all subjects begin, and the stream's name: so that several installations share a server
 * @param replicas on how many servers of a cluster the stream is kept, 1 or 3
 * @param timeout how long an answer may take
 * @param maxAge how long events are kept, at least as long as jobs are
 * @param maxBytes how many bytes of events are kept; the oldest go first
 * @param bytesPerJob how many bytes of previews whoever reads a job's events keeps at most
 */
public record NatsSettings(List<String> servers, String user, String password, String prefix, int replicas,
        Duration timeout, Duration maxAge, long maxBytes, long bytesPerJob) {

    /** Checks the values. */
    public NatsSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("at least one server must be given");
        }
        if (!prefix.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("the prefix must be of letters, digits, _ and -, not " + prefix);
        }
        if (replicas < 1 || maxBytes < 1 || bytesPerJob < 1 || !timeout.isPositive() || !maxAge.isPositive()) {
            throw new IllegalArgumentException("replicas, sizes and times must be more than 0");
        }
    }

    /** How the server at an address is reached, by everybody, with what is usual. */
    public static NatsSettings of(String server) {
        return new NatsSettings(List.of(server), "", "", "pathline", 1, Duration.ofSeconds(5), Duration.ofHours(24),
                1L << 30, 32 << 20);
    }

    /** Says nothing of the password. */
    @Override
    public String toString() {
        return String.join(", ", servers);
    }
}

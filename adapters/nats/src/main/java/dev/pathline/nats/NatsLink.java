package dev.pathline.nats;

import dev.pathline.common.port.PortUnavailableException;
import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to NATS, which comes back by itself when the server does. Closed by whoever opened it. Safe for use by many
 * threads.
 */
public final class NatsLink implements AutoCloseable {

    /** The oldest server that has all that is used here. */
    static final ServerVersion LEAST = new ServerVersion(2, 12, 3);

    private static final Logger LOG = LoggerFactory.getLogger(NatsLink.class);

    private final NatsSettings settings;
    private final Connection connection;
    private final Dispatcher dispatcher;
    private final Returns returns;

    private NatsLink(NatsSettings settings, Connection connection, Returns returns) {
        this.settings = settings;
        this.connection = connection;
        this.dispatcher = connection.createDispatcher();
        this.returns = returns;
    }

    /**
     * What is done when the server is back. Until all of that is done it counts as away: whoever sees it there may rely on what
     * was to be done at its return.
     */
    private static final class Returns {

        private final List<Runnable> actions = new CopyOnWriteArrayList<>();
        private volatile boolean awaited;

        void hear(Events event) {
            switch (event) {
                case DISCONNECTED -> awaited = true;
                case RESUBSCRIBED -> {
                    try {
                        actions.forEach(Runnable::run);
                    } finally {
                        awaited = false;
                    }
                }
                default -> {
                }
            }
        }
    }

    /**
     * Connects.
     *
     * @throws PortUnavailableException if no server can be reached
     * @throws IllegalStateException if the server is too old, or has no JetStream
     */
    public static NatsLink open(NatsSettings settings) {
        var returns = new Returns();
        Options.Builder options = Options.builder().servers(settings.servers().toArray(String[]::new))
                .connectionName("pathline").connectionTimeout(settings.timeout()).maxReconnects(-1)
                .pingInterval(settings.timeout()).maxPingsOut(2).connectionListener((connection, event) -> {
                    tell(settings, event);
                    returns.hear(event);
                }).errorListener(new QuietErrors());
        if (!settings.user().isEmpty()) {
            options.userInfo(settings.user(), settings.password());
        }
        Connection connection;
        try {
            connection = Nats.connect(options.build());
        } catch (IOException e) {
            throw new PortUnavailableException("NATS at " + settings + " cannot be reached: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PortUnavailableException("nobody waits for NATS at " + settings, e);
        }
        String version = connection.getServerInfo().getVersion();
        if (ServerVersion.of(version).compareTo(LEAST) < 0) {
            close(connection);
            throw new IllegalStateException("the server at " + settings + " is NATS " + version + ", and " + LEAST
                    + " or newer is needed");
        }
        if (!connection.getServerInfo().isJetStreamAvailable()) {
            close(connection);
            throw new IllegalStateException(
                    "the NATS server at " + settings + " has no JetStream: start it with -js, or jetstream {} in its"
                            + " configuration");
        }
        return new NatsLink(settings, connection, returns);
    }

    private static void tell(NatsSettings settings, Events event) {
        switch (event) {
            case DISCONNECTED -> LOG.warn("NATS at {} is away", settings);
            case RECONNECTED -> LOG.info("NATS at {} is back", settings);
            default -> LOG.debug("NATS at {}: {}", settings, event);
        }
    }

    NatsSettings settings() {
        return settings;
    }

    Connection connection() {
        return connection;
    }

    /** Runs what listens, one call after the other. */
    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Does something whenever the connection is back after it was lost, with all subscriptions. */
    void whenBack(Runnable action) {
        returns.actions.add(action);
    }

    /** Returns whether the server can be reached, as far as is known, and all is done that was to be done at its return. */
    public boolean isUp() {
        return connection.getStatus() == Status.CONNECTED && !returns.awaited;
    }

    /** Returns the name of a subject of this installation. */
    String subject(String... tokens) {
        return settings.prefix() + "." + String.join(".", tokens);
    }

    /** Says something to whoever listens; nothing where nobody can be reached. */
    void tell(String subject, byte[] body) {
        try {
            connection.publish(subject, body);
        } catch (IllegalStateException e) {
            LOG.debug("nobody hears of {}", subject, e);
        }
    }

    /** Something that is asked of the server. */
    interface Question<T> {

        T ask() throws IOException, JetStreamApiException, InterruptedException;
    }

    /**
     * Asks the server; while it is known to be away nobody waits for it.
     *
     * @throws PortUnavailableException if it is away, or too slow
     */
    <T> T ask(Question<T> question) {
        if (connection.getStatus() != Status.CONNECTED) {
            throw new PortUnavailableException("NATS at " + settings + " is away",
                    new IOException("the connection is " + connection.getStatus()));
        }
        try {
            return question.ask();
        } catch (IOException | JetStreamApiException | IllegalStateException e) {
            throw new PortUnavailableException("NATS at " + settings + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PortUnavailableException("nobody waits for NATS at " + settings, e);
        }
    }

    @Override
    public void close() {
        close(connection);
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

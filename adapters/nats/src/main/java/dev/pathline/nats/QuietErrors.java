package dev.pathline.nats;

import io.nats.client.Connection;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the client meets on its own threads: whoever asks hears of it anyway, and the connection comes back by itself. */
final class QuietErrors implements ErrorListener {

    private static final Logger LOG = LoggerFactory.getLogger(QuietErrors.class);

    @Override
    public void errorOccurred(Connection connection, String error) {
        LOG.warn("NATS says: {}", error);
    }

    @Override
    public void exceptionOccurred(Connection connection, Exception e) {
        LOG.debug("the connection to NATS", e);
    }

    @Override
    public void slowConsumerDetected(Connection connection, Consumer consumer) {
        LOG.warn("events come faster than they are read: {} are missed, and asked for again",
                consumer.getDroppedCount());
    }
}

package dev.pathline.nats;

import io.nats.client.Subscription;

/** Ends what listens. */
final class Subscriptions {

    private Subscriptions() {}

    /** Ends a subscription of the dispatcher, unless all have ended already. */
    static void end(NatsLink link, Subscription subscription) {
        if (link.dispatcher().isActive()) {
            link.dispatcher().unsubscribe(subscription);
        }
    }
}

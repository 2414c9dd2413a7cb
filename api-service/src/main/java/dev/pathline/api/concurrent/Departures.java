package dev.pathline.api.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Notices that nobody waits for an answer any more: the client has left, or it has its answer, or that could not be written.
 * This is told of every request, also of one whose client left while it was still looked at, or between an answer and its
 * first byte, where nothing that a controller returns is subscribed to and hears of it.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
public final class Departures implements WebFilter {

    private static final String ATTRIBUTE = Departures.class.getName();

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var client = new Client();
        exchange.getAttributes().put(ATTRIBUTE, client);
        return chain.filter(exchange).doFinally(how -> client.leave());
    }

    /**
     * Does something when nobody waits any more; at once if that has happened already.
     *
     * @param action must not block; called at most once, on whichever thread notices
     */
    public static void onDeparture(ServerWebExchange exchange, Runnable action) {
        Client client = exchange.getAttribute(ATTRIBUTE);
        Objects.requireNonNull(client, "the filter is part of the API service").onLeaving(action);
    }

    /** Where one request comes from. */
    private static final class Client {

        private final List<Runnable> actions = new ArrayList<>();
        private boolean gone;

        void onLeaving(Runnable action) {
            synchronized (this) {
                if (!gone) {
                    actions.add(action);
                    return;
                }
            }
            action.run();
        }

        void leave() {
            List<Runnable> due;
            synchronized (this) {
                gone = true;
                due = List.copyOf(actions);
                actions.clear();
            }
            due.forEach(Runnable::run);
        }
    }
}

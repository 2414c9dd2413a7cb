package dev.pathline.common.port;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told to others, until they have heard it. A delivery outlives the job that it tells of. Times are the store's own. Every
 * method may throw {@link PortUnavailableException}.
 */
public interface WebhookOutbox {

    /** Where a delivery is. */
    enum State {
        /** It is tried, now or later. */
        PENDING,
        /** It was heard. */
        DELIVERED,
        /** It was tried as often as it is, and stays until somebody looks at it. */
        DEAD;

        /** The name on the wire. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One message to one address.
     *
     * @param id the job that it tells of
     * @param owner the API key that made the job, or null for none
     * @param url where it goes
     * @param body what is said
     */
    record Message(String id, @Nullable String owner, String url, String body) {}

    /**
     * A message that is to be sent now.
     *
     * @param message what
     * @param attempt from 1
     */
    record Due(Message message, int attempt) {}

    /**
     * What became of a message.
     *
     * @param id the job that it tells of
     * @param url where it goes
     * @param state where it is
     * @param attempts how often it was tried
     * @param dueAt when it is tried next; only while it is pending
     * @param error why the last attempt failed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delivery(String id, String url, State state, int attempts, @Nullable Instant dueAt,
            @Nullable String error) {}

    /**
     * Which deliveries.
     *
     * @param owner of this key only, or null for all
     * @param state in this state only, or null
     * @param limit at most so many, at least 1
     * @param cursor where the last page ended, or null for the first
     */
    record Query(@Nullable String owner, @Nullable State state, int limit, @Nullable String cursor) {}

    /**
     * A page of deliveries.
     *
     * @param deliveries those of the newest jobs first
     * @param nextCursor where the next page begins, or null if this is the last
     */
    record Page(List<Delivery> deliveries, @Nullable String nextCursor) {}

    /** Puts a message in, to be sent at once; one of the same id that is there already stays. */
    void add(Message message);

    /**
     * Takes messages that are to be sent now, each by one taker.
     *
     * @param limit at most so many
     * @param again after which time who has taken one and said nothing has lost it
     */
    List<Due> take(int limit, Duration again);

    /** It was heard. */
    void delivered(String id);

    /** It was not heard, and is tried again after a time, or no more if that is null. */
    void failed(String id, @Nullable Duration again, String error);

    /** Sends a dead one again from the beginning. Returns it as it is then, or empty if there is none of this owner (null for anybody's). */
    Optional<Delivery> revive(String id, @Nullable String owner);

    /** Lists. */
    Page list(Query query);

    /** Forgets what was put in before an age and is not pending. */
    void forget(Duration age);
}

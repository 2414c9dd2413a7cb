package dev.pathline.common.wire;

import java.util.List;

/**
 * Who is told when a job has ended.
 *
 * @param url where, {@code http} or {@code https}
 * @param events of which ends, out of {@code succeeded}, {@code failed}, {@code cancelled} and {@code expired}
 */
public record Webhook(String url, List<String> events) {

    /** The ends that there are. */
    public static final List<String> EVENTS = List.of("succeeded", "failed", "cancelled", "expired");

    /** Copies the list. */
    public Webhook {
        events = List.copyOf(events);
    }
}

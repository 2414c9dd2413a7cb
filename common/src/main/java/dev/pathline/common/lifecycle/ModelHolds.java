package dev.pathline.common.lifecycle;

import dev.pathline.common.port.ModelReferences;
import dev.pathline.common.port.ModelStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells the registry which versions this process's users need, so that garbage collection in another process, which
 * cannot ask them, leaves those alone. Publish more often than {@code length}, and keep that below the grace period of
 * the collection.
 */
public final class ModelHolds {

    /**
     * How long a publication of a server holds; it publishes three times as often. Whatever a job needs is held within
     * this time, so a grace period that is shorter may pull files from under a job.
     */
    public static final Duration LENGTH = Duration.ofMinutes(15);

    private final ModelStore store;
    private final List<ModelReferences> users;
    private final Duration length;
    private final Clock clock;

    /**
     * Holds for users.
     *
     * @param length how long one publication holds
     */
    public ModelHolds(ModelStore store, List<ModelReferences> users, Duration length, Clock clock) {
        this.store = store;
        this.users = List.copyOf(users);
        this.length = length;
        this.clock = clock;
    }

    /**
     * Holds what is in use now.
     *
     * @throws RuntimeException the first failure, after all holds were tried: one folder that cannot be written to must not
     *         leave the models of another unheld
     */
    public void publish() {
        Instant until = clock.instant().plus(length);
        var failures = new ArrayList<RuntimeException>();
        users.stream().flatMap(user -> user.inUse().stream()).distinct().forEach(reference -> {
            int at = reference.indexOf('@');
            try {
                store.hold(reference.substring(0, at), reference.substring(at + 1), until);
            } catch (RuntimeException e) {
                failures.add(e);
            }
        });
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }
}

package dev.pathline.common.registry;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.port.ModelReferences;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets old versions go. A version stays if it is among the newest of its model, or young, or an alias points to it, or
 * somebody uses or holds it, or it has no manifest, because then nobody registered it.
 *
 * <p>It goes in two steps, so that nobody is pulled a file from under. First it is retired: no new request gets it, but
 * {@link ModelStore#find} and its files still serve who resolved it before. After a grace period, if nobody uses it
 * then, its files are deleted; if somebody does, it is restored. A job that resolved a version at the very moment it
 * was retired is in the job store long before the grace period ends.
 */
public final class ModelGarbage {

    private final ModelStore store;
    private final List<ModelReferences> users;
    private final Clock clock;

    /** A collector; whoever uses models and can be asked is in {@code users}, others leave holds in the store. */
    public ModelGarbage(ModelStore store, List<ModelReferences> users, Clock clock) {
        this.store = store;
        this.users = List.copyOf(users);
        this.clock = clock;
    }

    /**
     * What stays.
     *
     * @param keep the newest versions of each model, at least 1
     * @param minAge versions younger than this
     * @param grace how long a retired version keeps its files
     */
    public record Rules(int keep, Duration minAge, Duration grace) {

        /** Checks the ranges. */
        public Rules {
            if (keep < 1) {
                throw new IllegalArgumentException("at least the newest version must be kept, not " + keep);
            }
            if (minAge.isNegative() || grace.isNegative()) {
                throw new IllegalArgumentException("the ages must not be negative: " + minAge + ", " + grace);
            }
        }
    }

    /**
     * What was done, or would be.
     *
     * @param retired versions that no new request gets any more
     * @param removed versions whose files are deleted
     * @param restored retired versions that somebody uses after all
     * @param waiting retired versions whose grace period is not over
     * @param swept what was left by registrations and removals that died
     */
    public record Report(
            List<RegisteredModel> retired,
            List<RegisteredModel> removed,
            List<RegisteredModel> restored,
            List<RegisteredModel> waiting,
            List<String> swept) {

        /** Copies the lists. */
        public Report {
            retired = List.copyOf(retired);
            removed = List.copyOf(removed);
            restored = List.copyOf(restored);
            waiting = List.copyOf(waiting);
            swept = List.copyOf(swept);
        }
    }

    /** Collects; a dry run changes nothing and reports what would be done. */
    public Report collect(Rules rules, boolean dryRun) {
        Instant now = clock.instant();
        var removed = new ArrayList<RegisteredModel>();
        var restored = new ArrayList<RegisteredModel>();
        var waiting = new ArrayList<RegisteredModel>();
        Set<String> used = used(now);
        for (RegisteredModel model : store.retired()) {
            if (used.contains(model.reference()) || !model.aliases().isEmpty()) {
                restored.add(model);
            } else if (since(model).plus(rules.grace()).isAfter(now)) {
                waiting.add(model);
            } else {
                removed.add(model);
            }
        }
        List<RegisteredModel> retired = candidates(rules, now, used);
        if (dryRun) {
            return new Report(retired, removed, restored, waiting, List.of());
        }
        restored.forEach(store::restore);
        removed.forEach(store::remove);
        return new Report(retire(retired, restored, now), removed, restored, waiting,
                store.sweep(now.minus(rules.grace())));
    }

    private List<RegisteredModel> candidates(Rules rules, Instant now, Set<String> used) {
        var seen = new HashMap<String, Integer>();
        var candidates = new ArrayList<RegisteredModel>();
        for (RegisteredModel model : store.list()) {
            boolean newest = seen.merge(model.name(), 1, Integer::sum) <= rules.keep();
            boolean young = model.createdAt().plus(rules.minAge()).isAfter(now);
            if (!newest && !young && model.manifest() != null && model.aliases().isEmpty()
                    && !used.contains(model.reference())) {
                candidates.add(model);
            }
        }
        return candidates;
    }

    /** Retires, then looks once more who uses what: a request may have come between. */
    private List<RegisteredModel> retire(
            List<RegisteredModel> candidates, List<RegisteredModel> restored, Instant now) {
        var retired = new ArrayList<>(candidates.stream().filter(store::retire).toList());
        Set<String> used = used(now);
        for (RegisteredModel model : List.copyOf(retired)) {
            if (used.contains(model.reference())) {
                store.restore(model);
                retired.remove(model);
                restored.add(model);
            }
        }
        return retired;
    }

    private Set<String> used(Instant now) {
        var used = new HashSet<String>();
        users.forEach(user -> used.addAll(user.inUse()));
        for (Map.Entry<String, Instant> hold : store.holds().entrySet()) {
            if (hold.getValue().isAfter(now)) {
                used.add(hold.getKey());
            }
        }
        return used;
    }

    private static Instant since(RegisteredModel model) {
        ModelManifest manifest = model.manifest();
        return manifest == null ? model.createdAt() : manifest.since();
    }
}

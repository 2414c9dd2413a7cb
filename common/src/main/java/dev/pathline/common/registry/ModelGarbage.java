package dev.pathline.common.registry;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.port.ModelReferences;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.ModelStore.Swept;
import java.io.UncheckedIOException;
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
 *
 * <p>A version that cannot be read or changed stays, is reported, and keeps nobody from collecting the others.
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
     * @param problems what cannot be read, collected or deleted, and why
     */
    public record Report(
            List<RegisteredModel> retired,
            List<RegisteredModel> removed,
            List<RegisteredModel> restored,
            List<RegisteredModel> waiting,
            List<String> swept,
            List<String> problems) {

        /** Copies the lists. */
        public Report {
            retired = List.copyOf(retired);
            removed = List.copyOf(removed);
            restored = List.copyOf(restored);
            waiting = List.copyOf(waiting);
            swept = List.copyOf(swept);
            problems = List.copyOf(problems);
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
            } else if (since(model).isAfter(now.minus(rules.grace()))) {
                waiting.add(model);
            } else {
                removed.add(model);
            }
        }
        List<RegisteredModel> retired = candidates(rules, now, used);
        var problems = new ArrayList<String>();
        store.broken().forEach(broken -> problems.add(broken.file() + ": " + broken.reason()));
        if (dryRun) {
            return new Report(retired, removed, restored, waiting, List.of(), problems);
        }
        restored.removeIf(model -> !tried(problems, model, "restored", () -> store.restore(model)));
        removed.removeIf(model -> !tried(problems, model, "removed", () -> store.remove(model)));
        List<RegisteredModel> done = retire(retired, restored, problems, now);
        Swept swept = store.sweep();
        problems.addAll(swept.problems());
        return new Report(done, removed, restored, waiting, swept.deleted(), problems);
    }

    /** Returns whether it worked; that the registry cannot be reached at all concerns every version, and is thrown. */
    private static boolean tried(List<String> problems, RegisteredModel model, String what, Runnable change) {
        try {
            change.run();
            return true;
        } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
            problems.add(model.reference() + " could not be " + what + ": " + e.getMessage());
            return false;
        }
    }

    private List<RegisteredModel> candidates(Rules rules, Instant now, Set<String> used) {
        var seen = new HashMap<String, Integer>();
        var candidates = new ArrayList<RegisteredModel>();
        for (RegisteredModel model : store.list()) {
            boolean newest = seen.merge(model.name(), 1, Integer::sum) <= rules.keep();
            boolean young = model.createdAt().isAfter(now.minus(rules.minAge()));
            if (!newest && !young && model.manifest() != null && model.aliases().isEmpty()
                    && !used.contains(model.reference())) {
                candidates.add(model);
            }
        }
        return candidates;
    }

    /** Retires, then looks once more who uses what: a request may have come between. */
    private List<RegisteredModel> retire(List<RegisteredModel> candidates, List<RegisteredModel> restored,
            List<String> problems, Instant now) {
        var retired = new ArrayList<RegisteredModel>();
        for (RegisteredModel model : candidates) {
            tried(problems, model, "retired", () -> {
                if (store.retire(model)) {
                    retired.add(model);
                }
            });
        }
        Set<String> used = used(now);
        for (RegisteredModel model : List.copyOf(retired)) {
            if (used.contains(model.reference())
                    && tried(problems, model, "restored", () -> store.restore(model))) {
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

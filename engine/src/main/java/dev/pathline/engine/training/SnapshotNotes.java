package dev.pathline.engine.training;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot keeps beside the tensors, so that a run goes on as if it had never stopped.
 *
 * @param threads how many threads an operator uses in this run; 0 where a snapshot does not say
 * @param averagesOwed whether the listener was to have the averages of the snapshot's step, and has not got them
 * @param guard the state of the {@link LossGuard}; null for a new one
 * @param listener the listener's own
 */
record SnapshotNotes(int threads, boolean averagesOwed, @Nullable String guard, Map<String, String> listener) {

    /** Nothing is known: of a run that begins, or that goes on from another's snapshot. */
    static final SnapshotNotes NONE = new SnapshotNotes(0, false, null, Map.of());

    private static final String THREADS = "threads";
    private static final String OWED = "averagesOwed";
    private static final String GUARD = "guard";
    private static final String LISTENER = "listener.";

    /** Takes a copy. */
    SnapshotNotes {
        listener = Map.copyOf(listener);
    }

    /** Reads what {@link #toMap} gave. */
    static SnapshotNotes of(Map<String, String> map) {
        return new SnapshotNotes(Integer.parseInt(map.getOrDefault(THREADS, "0")),
                Boolean.parseBoolean(map.get(OWED)), map.get(GUARD),
                map.entrySet().stream().filter(entry -> entry.getKey().startsWith(LISTENER)).collect(Collectors
                        .toMap(entry -> entry.getKey().substring(LISTENER.length()), Map.Entry::getValue)));
    }

    Map<String, String> toMap() {
        var map = new TreeMap<String, String>();
        map.put(THREADS, Integer.toString(threads));
        map.put(OWED, Boolean.toString(averagesOwed));
        if (guard != null) {
            map.put(GUARD, guard);
        }
        listener.forEach((name, text) -> map.put(LISTENER + name, text));
        return map;
    }
}

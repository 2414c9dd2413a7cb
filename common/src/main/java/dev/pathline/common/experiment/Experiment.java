package dev.pathline.common.experiment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An experiment as it is stored: an immutable value that is replaced by the next one. Who has done what with it is part of it, so neither
 * is there without the other.
 *
 * @param name the experiment's name
 * @param version from 1; a change of one that has started is a new version
 * @param revision one more with every change: what a compare-and-set compares
 * @param state where it is
 * @param design what is compared
 * @param startedAt when it started, or null
 * @param endedAt when it stopped, or null
 * @param stopped why arms are served to nobody any more, by their names
 * @param winner the arm that was chosen, or null
 * @param audit who did what, oldest first
 */
public record Experiment(
        String name,
        int version,
        long revision,
        ExperimentState state,
        ExperimentDesign design,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        Map<String, String> stopped,
        @Nullable String winner,
        List<AuditEntry> audit) {

    /** Copies the collections. */
    public Experiment {
        stopped = Collections.unmodifiableMap(new TreeMap<>(stopped));
        audit = List.copyOf(audit);
    }

    /** A new version, not started. */
    public static Experiment draft(String name, int version, ExperimentDesign design, AuditEntry entry) {
        return new Experiment(name, version, 0, ExperimentState.DRAFT, design, null, null, Map.of(), null,
                List.of(entry));
    }

    /** Returns {@code name@version}. */
    public String reference() {
        return name + "@" + version;
    }

    /** Returns it with another design, if it has not started. */
    public Experiment redesigned(ExperimentDesign other, AuditEntry entry) {
        require(ExperimentState.DRAFT, "be changed");
        return next(ExperimentState.DRAFT, other, null, null, stopped, null, entry);
    }

    /** Returns it started. */
    public Experiment started(AuditEntry entry) {
        require(ExperimentState.DRAFT, "be started");
        return next(ExperimentState.RUNNING, design, entry.at(), null, stopped, null, entry);
    }

    /** Returns it stopped. */
    public Experiment stopped(AuditEntry entry) {
        require(ExperimentState.RUNNING, "be stopped");
        return next(ExperimentState.STOPPED, design, startedAt, entry.at(), stopped, null, entry);
    }

    /** Returns it without one of the arms beside the control; without the last of them it stops. */
    public Experiment withoutArm(String arm, String why, AuditEntry entry) {
        require(ExperimentState.RUNNING, "lose an arm");
        var more = new TreeMap<>(stopped);
        more.put(arm, why);
        boolean last = design.treatments().stream().allMatch(one -> more.containsKey(one.name()));
        return next(last ? ExperimentState.STOPPED : ExperimentState.RUNNING, design, startedAt,
                last ? entry.at() : null, more, null, entry);
    }

    /** Returns it decided: from now on everybody is served one arm. */
    public Experiment decided(String arm, AuditEntry entry) {
        if (state != ExperimentState.RUNNING && state != ExperimentState.STOPPED) {
            throw refusal("be decided");
        }
        return next(ExperimentState.DECIDED, design, startedAt, endedAt == null ? entry.at() : endedAt, stopped,
                design.arm(arm).name(), entry);
    }

    /** Returns the arm that everybody is served where nobody is assigned any more. */
    public Arm served() {
        return winner == null ? design.control() : design.arm(winner);
    }

    private void require(ExperimentState needed, String what) {
        if (state != needed) {
            throw refusal(what);
        }
    }

    private IllegalStateException refusal(String what) {
        return new IllegalStateException(
                "experiment " + reference() + " is " + state.wire() + " and cannot " + what + " any more");
    }

    private Experiment next(ExperimentState nextState, ExperimentDesign nextDesign, @Nullable Instant start,
            @Nullable Instant end, Map<String, String> stops, @Nullable String chosen, AuditEntry entry) {
        var entries = new ArrayList<>(audit);
        entries.add(entry);
        return new Experiment(name, version, revision + 1, nextState, nextDesign, start, end, stops, chosen, entries);
    }
}

package dev.pathline.common.experiment;

import org.jspecify.annotations.Nullable;

/**
 * Which units are part of an experiment.
 *
 * @param group the part of a group of experiments, of which no two have the same units; null for all
 * @param holdout the share of units that no arm but the control is shown to, in [0, 1)
 */
public record Audience(@Nullable Group group, double holdout) {

    /** All units. */
    public static final Audience ALL = new Audience(null, 0);

    /** Checks the share. */
    public Audience {
        if (!(holdout >= 0 && holdout < 1)) {
            throw new IllegalArgumentException("a holdout of " + holdout);
        }
    }

    /**
     * A part of a group.
     *
     * @param name the group's name
     * @param from where the part begins, at least 0
     * @param to where it ends, at most 1
     */
    public record Group(String name, double from, double to) {

        /** Checks the part. */
        public Group {
            if (!(0 <= from && from < to && to <= 1)) {
                throw new IllegalArgumentException("group " + name + " from " + from + " to " + to);
            }
        }

        private boolean has(String unit) {
            double position = Assignment.position("group/" + name, unit);
            return from <= position && position < to;
        }

        /** Returns whether it shares units with another part. */
        public boolean meets(Group other) {
            return name.equals(other.name) && from < other.to && other.from < to;
        }
    }

    boolean has(String salt, String unit) {
        return (group == null || group.has(unit))
                && (holdout == 0 || Assignment.position(salt + "/holdout", unit) >= holdout);
    }
}

package dev.pathline.common.experiment;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The arm that a job was made in.
 *
 * @param experiment the experiment's name
 * @param version its version
 * @param arm the arm's name
 * @param unit what was assigned: the subject, or a random id of the request
 * @param role why it has that arm, and so whether it counts
 * @param pair the same for all jobs that one request was made into, or null where it was made into one
 * @param draft the job of the other arm whose images come first, or null where none does
 */
public record ArmOf(String experiment, int version, String arm, String unit, Role role, @Nullable String pair,
        @Nullable String draft) {

    /** The arm of a job before which no other's images come. */
    public ArmOf(String experiment, int version, String arm, String unit, Role role, @Nullable String pair) {
        this(experiment, version, arm, unit, role, pair, null);
    }

    /** Why a job has an arm. */
    public enum Role {
        /** Its unit was assigned to it: it is counted. */
        UNIT,
        /** It is a copy of another arm's job, made for the comparison alone: it is counted. */
        SHADOW,
        /** Somebody who looks at an arm: not counted. */
        TESTER,
        /** A unit that is not part of the experiment, and is served as the control is: not counted. */
        OUTSIDE;

        /** The name on the wire. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether comparisons count it. */
        public boolean counts() {
            return this == UNIT || this == SHADOW;
        }
    }

    /** Returns {@code experiment@version}. */
    public String experimentReference() {
        return experiment + "@" + version;
    }

    /** Returns {@code experiment@version/arm}: what a client is told. */
    public String reference() {
        return experimentReference() + "/" + arm;
    }

    /** Returns the same for a job before which another's images come. */
    public ArmOf after(@Nullable String other) {
        return new ArmOf(experiment, version, arm, unit, role, pair, other);
    }

    /** Returns the same for a copy in another arm. */
    public ArmOf shadow(String other) {
        return new ArmOf(experiment, version, other, unit, role == Role.UNIT ? Role.SHADOW : role, pair);
    }
}

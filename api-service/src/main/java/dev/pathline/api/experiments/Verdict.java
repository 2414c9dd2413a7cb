package dev.pathline.api.experiments;

import dev.pathline.api.experiments.statistics.Interval;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.Goal;
import dev.pathline.common.experiment.Metric;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an arm by the experiment's goal, and what is not.
 *
 * @param code for machines
 * @param sentence for people
 */
public record Verdict(Code code, String sentence) {

    /** What is known. */
    public enum Code {
        /** It is better than the control. */
        BETTER,
        /** It is worse than the control. */
        WORSE,
        /** If it differs, then by less than matters. */
        EQUAL,
        /** Nobody knows yet. */
        UNDECIDED,
        /** The arms have not got the units that they were to have: nothing can be said. */
        INVALID;

        /** The name on the wire. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Verdict of(Experiment experiment, String arm, Comparisons.@Nullable Difference known, boolean alarm) {
        Goal goal = experiment.design().goal();
        String control = experiment.design().control().name();
        if (alarm) {
            return new Verdict(Code.INVALID,
                    "The arms have not got the shares that they were to have: something loses units of"
                            + " one arm more often than of another, and no comparison says anything until it is known what.");
        }
        if (known == null) {
            return new Verdict(Code.UNDECIDED, "Nothing is known yet of " + goal.metric().name() + ": " + arm + " and "
                    + control + " need at least two units each that it was measured of.");
        }
        Interval interval = known.difference().interval();
        String numbers = String.format(Locale.ROOT,
                "%s of %s is %s, that of %s %s: a difference of %s (%s to %s), after %,d"
                        + " of %,d planned units.",
                goal.metric().name(), arm, shown(known.arm()), control,
                shown(known.control()), shown(known.difference().value()), shown(interval.low()),
                shown(interval.high()), known.units(), Math.max(known.units(), planned(experiment, arm)));
        if (-goal.difference() < interval.low() && interval.high() < goal.difference()) {
            return new Verdict(Code.EQUAL, numbers + " If they differ, then by less than the "
                    + shown(goal.difference()) + " that matter.");
        }
        if (known.difference().excludes(0)) {
            boolean worse = goal.metric().harm(known.difference().value()) > 0;
            return new Verdict(worse ? Code.WORSE : Code.BETTER, numbers + " " + arm + " is "
                    + (worse ? "worse" : "better") + (reaches(goal, interval) ? "" : ", by how much is not known well")
                    + ".");
        }
        return new Verdict(Code.UNDECIDED, numbers + " Whether they differ by " + shown(goal.difference())
                + (goal.metric().better() == Metric.Better.HIGHER
                        ? ", where more is better,"
                        : ", where less is better,")
                + " is not known yet.");
    }

    private static long planned(Experiment experiment, String arm) {
        return experiment.design().planned(experiment.design().control(), experiment.design().arm(arm));
    }

    private static boolean reaches(Goal goal, Interval interval) {
        return interval.width() < 2 * goal.difference();
    }

    /** Four digits, and no more zeros than there are. */
    static String shown(double value) {
        if (value == 0) {
            return "0";
        }
        int places = Math.clamp(3 - (int) Math.floor(Math.log10(Math.abs(value))), 0, 6);
        String text = String.format(Locale.ROOT, "%." + places + "f", value);
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}

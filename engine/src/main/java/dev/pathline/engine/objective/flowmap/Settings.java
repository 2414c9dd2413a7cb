package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import dev.pathline.engine.objective.Source;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Settings that several objectives have. */
public final class Settings {

    /** Of the root of a sample's size, where a pseudo-Huber distance becomes linear (arXiv 2310.14189, section 3.3). */
    private static final double HUBER = 0.00054;

    private Settings() {}

    /** Reads {@code share}, the rows that learn jumps. */
    public static double share(ObjectiveSettings settings, double standard) {
        double share = settings.number("share", Range.SHARE, standard);
        if (share == 0) {
            settings.problem("share", "is 0, so that no jump would be learnt: give more, or take flow-matching");
            return standard;
        }
        return share;
    }

    /** Reads {@code distance: {type: squared | pseudo-huber | adaptive}}; squared where it is absent. */
    public static Function<ObjectiveFacts, Distance> distance(ObjectiveSettings settings) {
        return distance(settings, "squared");
    }

    /** Reads {@code distance} with another default. */
    public static Function<ObjectiveFacts, Distance> distance(ObjectiveSettings settings, String standard) {
        ObjectiveSettings group = settings.group("distance");
        return switch (group.word("type", standard, List.of("squared", "pseudo-huber", "adaptive"))) {
            case "adaptive" -> {
                double power = group.number("power", Range.POSITIVE, 0.75);
                double offset = group.number("offset", Range.POSITIVE, 1e-3);
                yield facts -> new Distance.Adaptive(power, offset);
            }
            case "pseudo-huber" -> {
                boolean given = group.has("offset");
                double offset = given ? group.number("offset", Range.POSITIVE, 1) : 0;
                yield facts -> new Distance.PseudoHuber(given ? offset : HUBER * Math.sqrt(facts.dimension()));
            }
            default -> facts -> Distance.SQUARED;
        };
    }

    /** Reads {@code sigmaData}; what is measured of the data where it is not given. */
    public static ToDoubleFunction<ObjectiveFacts> sigmaData(ObjectiveSettings settings) {
        if (!settings.has("sigmaData")) {
            return ObjectiveFacts::sigmaData;
        }
        double given = settings.number("sigmaData", Range.POSITIVE, 0.5);
        return facts -> given;
    }

    /** Reads {@code tangent: exact | differences}, and half the step of these: 0 for the exact derivative. */
    public static double delta(ObjectiveSettings settings) {
        String tangent = settings.word("tangent", "exact", List.of("exact", "differences"));
        return tangent.equals("exact") ? 0 : settings.number("delta", Range.POSITIVE, 0.005);
    }

    /** Reads {@code bound}; none where it is not given. */
    public static double bound(ObjectiveSettings settings) {
        return settings.has("bound") ? settings.number("bound", Range.POSITIVE, 1) : Double.POSITIVE_INFINITY;
    }

    /** Reads {@code targets: student | average}, whose evaluations targets are made of. */
    public static Source targets(ObjectiveSettings settings, Source standard) {
        String word = settings.word("targets", standard == Source.AVERAGE ? "average" : "student",
                List.of("student", "average"));
        return word.equals("average") ? Source.AVERAGE : Source.STUDENT;
    }

    /**
     * Reads {@code targetDecay}, the share of the old average that is kept in a step.
     *
     * @param targets whose evaluations targets are made of
     */
    public static double targetDecay(ObjectiveSettings settings, Source targets, double standard) {
        if (targets == Source.STUDENT && settings.has("targetDecay")) {
            settings.problem("targetDecay", "is of an average, but targets are the student's own: leave it out, or say"
                    + " targets: average");
        }
        return settings.number("targetDecay", Range.BELOW_ONE, standard);
    }
}

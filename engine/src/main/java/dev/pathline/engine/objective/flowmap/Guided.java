package dev.pathline.engine.objective.flowmap;

import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Guidance that a network learns from data, so that sampling needs no second row: in place of the velocity {@code v} of a
 * sample its targets have
 *
 * <pre>{@code w (1 - k) v + k u(x_t, t, t | c) + (1 - w) (1 - k) u(x_t, t, t)}</pre>
 *
 * <p>whose mean is the velocity guided at scale {@code w} (arXiv 2505.13447, appendix B.1). The scale is one number for all,
 * or drawn for each row and told to the network (arXiv 2512.02012, section 4.3).
 *
 * @param least the smallest scale
 * @param most the largest; as the smallest where the network is not told
 * @param mix {@code k}, the share of the network's own guided velocity, in [0, 1)
 * @param from the first time of the path at which rows are guided
 * @param to the last
 */
public record Guided(double least, double most, double mix, double from, double to) {

    /** No guidance. */
    public static final Guided NOT = new Guided(1, 1, 0, 0, 1);

    /** @throws IllegalArgumentException if the scales or the times are not in order */
    public Guided {
        if (!(least >= 0 && least <= most) || !(from >= 0 && from <= to)) {
            throw new IllegalArgumentException(
                    "guidance needs scales 0 <= least <= most and times 0 <= from <= to, not "
                            + least + ", " + most + ", " + from + " and " + to);
        }
    }

    /**
     * Reads {@code guidance: {scale}} or, for a network that is told, {@code guidance: {least, most}}, with {@code mix},
     * {@code from} and {@code to}.
     */
    public static Guided read(ObjectiveSettings settings) {
        ObjectiveSettings group = settings.group("guidance");
        double scale = group.number("scale", Range.FROM_ZERO, 1);
        if (group.has("scale") && (group.has("least") || group.has("most"))) {
            group.problem("scale",
                    "is there beside least and most: one scale is learned, or a range that requests choose"
                            + " from");
        }
        scale = sensible(group, "scale", scale);
        double least = sensible(group, "least", group.number("least", Range.FROM_ZERO, scale));
        double most = sensible(group, "most", group.number("most", Range.FROM_ZERO, Math.max(least, scale)));
        if (group.has("least") != group.has("most")) {
            group.problem(group.has("least") ? "most" : "least", "is missing: a range has two ends");
        }
        if (least > most) {
            group.problem("most", "is " + most + ", less than least, " + least);
            most = least;
        }
        double from = group.number("from", Range.SHARE, 0);
        double to = group.number("to", Range.SHARE, 1);
        if (from > to) {
            group.problem("to", "is " + to + ", before from, " + from);
            to = from;
        }
        return new Guided(least, most, group.number("mix", Range.BELOW_ONE, 0), from, to);
    }

    /** At a scale of 0 the data would have no part in any target. */
    private static double sensible(ObjectiveSettings group, String name, double scale) {
        if (scale == 0 || scale > ModelGuidance.MAX_SCALE) {
            group.problem(name, "is " + scale + ", which no model can be guided by: give more than 0, and at most "
                    + ModelGuidance.MAX_SCALE);
            return 1;
        }
        return scale;
    }

    /**
     * Returns this guidance, if it fits the network.
     *
     * @param told whether the network takes the scale as an input
     * @throws IllegalArgumentException if there is a range of scales and nobody to be told, or the other way round
     */
    public Guided of(boolean told) {
        if (told == (least == most)) {
            throw new IllegalArgumentException(told
                    ? "the network takes the scale of guidance, so guidance needs a range, least and most"
                    : "guidance has a range of scales, which the network is not told (guidance_embedding_type)");
        }
        return this;
    }

    /** Returns what a model's card says of it. */
    public ModelGuidance ofModel() {
        return !on()
                ? ModelGuidance.CLASSIFIER_FREE
                : least == most ? new ModelGuidance.BakedIn(least) : new ModelGuidance.Input(least, most);
    }

    /** Returns whether there is any. */
    public boolean on() {
        return least != 1 || most != 1;
    }

    /** Draws a row's scale, evenly in its logarithm. */
    public double draw(RandomGenerator random) {
        return least == most
                ? least
                : least == 0
                        ? most * random.nextDouble()
                        : least * StrictMath.pow(most / least, random.nextDouble());
    }

    /** Returns the evaluations that it needs, of all rows. */
    public List<Auxiliary> auxiliaries() {
        var needed = new ArrayList<Auxiliary>();
        if (on()) {
            needed.add(Auxiliary.of(Source.STUDENT).unlabelled());
            if (mix > 0) {
                needed.add(Auxiliary.of(Source.STUDENT));
            }
        }
        return needed;
    }

    /** Writes those evaluations, the first of the row's, and returns the guided velocity. */
    public Mix velocity(StraightPath path, Row row, double t, double scale) {
        if (!on()) {
            return StraightPath.VELOCITY;
        }
        for (int k = 0; k < auxiliaries().size(); k++) {
            row.auxiliary(k, 1, path.inputs(t, t, scale)).add(path.point(t), 1);
        }
        if (t < from || t > to) {
            return StraightPath.VELOCITY;
        }
        Mix velocity = StraightPath.VELOCITY.times(scale * (1 - mix))
                .plus(Mix.value(0).times((1 - scale) * (1 - mix)));
        return mix > 0 ? velocity.plus(Mix.value(1).times(mix)) : velocity;
    }
}

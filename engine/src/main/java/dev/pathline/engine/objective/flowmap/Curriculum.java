package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import java.util.List;

/**
 * A number that goes from one value to another while a run learns. It counts steps, so that a run that is resumed is the same
 * run.
 *
 * @param shape how it goes
 * @param first its value at the beginning
 * @param last its value at the end
 * @param from the share of the run after which it begins to change
 * @param to the share of the run after which it has its last value
 * @param sharpness of a sigmoid, published 25
 */
public record Curriculum(Shape shape, double first, double last, double from, double to, double sharpness) {

    /** How the number goes. */
    public enum Shape {
        /** It stays at its last value. */
        CONSTANT,
        /** Along a logistic function (arXiv 2510.20771, section 4.2). */
        SIGMOID,
        /** By the same factor every step. */
        EXPONENTIAL
    }

    /** Reads the group {@code curriculum}. */
    public static Curriculum read(ObjectiveSettings settings, Curriculum standard) {
        ObjectiveSettings group = settings.group("curriculum");
        Shape shape = switch (group.word("shape", standard.shape.name().toLowerCase(java.util.Locale.ROOT),
                List.of("constant", "sigmoid", "exponential"))) {
            case "sigmoid" -> Shape.SIGMOID;
            case "exponential" -> Shape.EXPONENTIAL;
            default -> Shape.CONSTANT;
        };
        double last = group.number("last", Range.POSITIVE, standard.last);
        if (shape == Shape.CONSTANT) {
            return new Curriculum(shape, last, last, 0, 1, standard.sharpness);
        }
        double from = group.number("from", Range.SHARE, standard.from);
        double to = group.number("to", Range.SHARE, standard.to);
        if (from >= to) {
            group.problem("to", "is " + to + ", not after from, " + from);
            from = 0;
            to = 1;
        }
        return new Curriculum(shape, group.number("first", Range.POSITIVE, standard.first), last, from, to,
                shape == Shape.SIGMOID ? group.number("sharpness", Range.POSITIVE, standard.sharpness) : 1);
    }

    /**
     * Returns the number at a step.
     *
     * @param step from 1
     * @param steps of the run; not looked at where the number is constant
     */
    public double at(long step, long steps) {
        if (shape == Shape.CONSTANT) {
            return last;
        }
        double way = Math.clamp(((step - 1) / (double) Math.max(1, steps) - from) / (to - from), 0, 1);
        if (shape == Shape.EXPONENTIAL) {
            return first * StrictMath.pow(last / first, way);
        }
        if (way == 0 || way == 1) {
            return way == 0 ? first : last;
        }
        double rise = 1 / (1 + StrictMath.exp(-sharpness * (way - 0.5)));
        return first + (last - first) * rise;
    }
}

package dev.pathline.engine.objective;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the scalars of a row are, made from its {@link Recipe}: what writes rows and what writes scripts ask here, so that no
 * column is numbered in two places.
 */
public final class RowLayout {

    /**
     * The weights of data, noise, evaluations and, in targets, tangents in a sum: {@code [data, noise, G_0.., J_0..]}.
     *
     * @param start the first column
     * @param evaluations how many evaluations may be in it
     * @param tangents whether their tangents may be
     */
    public record Sum(int start, int evaluations, boolean tangents) {

        /** Returns the column of the data's weight. */
        public int data() {
            return start;
        }

        /** Returns the column of the noise's weight. */
        public int noise() {
            return start + 1;
        }

        /** Returns the column of the weight of an evaluation. */
        public int value(int evaluation) {
            return start + 2 + known(evaluation);
        }

        /** Returns the column of the weight of a tangent. */
        public int tangent(int evaluation) {
            if (!tangents) {
                throw new IllegalArgumentException("tangents are parts of targets alone");
            }
            return start + 2 + evaluations + known(evaluation);
        }

        private int known(int evaluation) {
            if (evaluation < 0 || evaluation >= evaluations) {
                throw new IllegalArgumentException(
                        "evaluation " + evaluation + " is none of the " + evaluations + " before this sum");
            }
            return evaluation;
        }
    }

    /**
     * An evaluation.
     *
     * @param point the sum that its input is
     * @param scale the column of what the sum is multiplied with
     * @param inputs the column of the first input that is a number; the others follow
     */
    public record Place(Sum point, int scale, int inputs) {}

    /**
     * The direction of a tangent.
     *
     * @param direction the sum along which the input moves
     * @param inputs the column of how the first input that is a number moves; the others follow
     */
    public record Direction(Sum direction, int inputs) {}

    private final List<String> names;
    private final Place input;
    private final Sum target;
    private final Sum movement;
    private final int weight;
    private final List<Place> auxiliaries = new ArrayList<>();
    private final List<Direction> directions = new ArrayList<>();
    private int width;

    RowLayout(Recipe recipe) {
        names = recipe.inputs();
        int count = recipe.auxiliaries().size();
        input = place(0);
        target = sum(count, true);
        weight = take(recipe.hasScale() ? 3 : 2);
        movement = recipe.movementOffset() == null ? new Sum(0, 0, true) : sum(count, true);
        for (int k = 0; k < count; k++) {
            auxiliaries.add(place(k));
            directions.add(recipe.auxiliaries().get(k).tangent()
                    ? new Direction(sum(k, false), take(names.size()))
                    : new Direction(new Sum(0, 0, false), 0));
        }
    }

    private int take(int columns) {
        int start = width;
        width += columns;
        return start;
    }

    private Sum sum(int evaluations, boolean tangents) {
        return new Sum(take(2 + (tangents ? 2 : 1) * evaluations), evaluations, tangents);
    }

    private Place place(int evaluations) {
        return new Place(sum(evaluations, false), take(1), take(names.size()));
    }

    /** Returns how many scalars a row has. */
    public int width() {
        return width;
    }

    /** Returns the names of the inputs that are numbers. */
    public List<String> inputs() {
        return names;
    }

    /** Returns the evaluation that is trained. */
    public Place input() {
        return input;
    }

    /** Returns the target's sum. */
    public Sum target() {
        return target;
    }

    /** Returns the sum that is normalised before it is added to the target; of no meaning where the recipe has none. */
    public Sum movement() {
        return movement;
    }

    /** Returns the column of the row's weight. */
    public int weight() {
        return weight;
    }

    /** Returns the column of the noise level, {@code ln(sigma/alpha)}. */
    public int noiseLevel() {
        return weight + 1;
    }

    /** Returns the column of the scale of errors; of no meaning where the distance has none. */
    public int scale() {
        return weight + 2;
    }

    /** Returns an auxiliary evaluation. */
    public Place auxiliary(int index) {
        return auxiliaries.get(index);
    }

    /** Returns the direction of an auxiliary evaluation with a tangent. */
    public Direction direction(int index) {
        return directions.get(index);
    }
}

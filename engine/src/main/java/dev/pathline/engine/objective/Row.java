package dev.pathline.engine.objective;

/**
 * The scalars of one row, as an objective writes them. Everything is 0 to begin with but the scales, which are 1. One row
 * may be written again and again.
 */
public final class Row {

    private final RowLayout layout;
    private final double[] values;
    private final int evaluations;
    private final boolean scaled;
    private int from = -1;
    private int to = -1;

    /** A row of a recipe. */
    public Row(Recipe recipe) {
        this.layout = recipe.layout();
        this.values = new double[layout.width()];
        this.evaluations = recipe.auxiliaries().size();
        this.scaled = recipe.hasScale();
        clear();
    }

    /** Forgets what was written. */
    public void clear() {
        java.util.Arrays.fill(values, 0);
        values[layout.input().scale()] = 1;
        for (int k = 0; k < evaluations; k++) {
            values[layout.auxiliary(k).scale()] = 1;
        }
        values[layout.weight()] = 1;
        if (scaled) {
            values[layout.scale()] = 1;
        }
        from = -1;
        to = -1;
    }

    /** A sum of data, noise, evaluations and tangents. */
    public final class Sum {

        private final RowLayout.Sum columns;

        private Sum(RowLayout.Sum columns) {
            this.columns = columns;
        }

        /** Adds so much of the data. */
        public Sum data(double weight) {
            values[columns.data()] += weight;
            return this;
        }

        /** Adds so much of the noise. */
        public Sum noise(double weight) {
            values[columns.noise()] += weight;
            return this;
        }

        /** Adds so much of an evaluation. */
        public Sum value(int evaluation, double weight) {
            values[columns.value(evaluation)] += weight;
            return this;
        }

        /** Adds so much of an evaluation's tangent. */
        public Sum tangent(int evaluation, double weight) {
            values[columns.tangent(evaluation)] += weight;
            return this;
        }

        /** Adds a sum of data, noise and evaluations, so many times. */
        public Sum add(Mix mix, double factor) {
            data(factor * mix.data());
            noise(factor * mix.noise());
            for (int k = 0; k < mix.evaluations().size(); k++) {
                double weight = mix.evaluations().get(k);
                if (weight != 0) {
                    value(k, factor * weight);
                }
            }
            return this;
        }
    }

    /** Writes where the trained evaluation is, and returns the sum that its input is. */
    public Sum input(double scale, double... inputs) {
        return place(layout.input(), scale, inputs);
    }

    /**
     * Writes where an auxiliary evaluation is, and returns the sum that its input is.
     *
     * @param scale what the sum is multiplied with
     * @param inputs the inputs that are numbers, in the recipe's order
     */
    public Sum auxiliary(int index, double scale, double... inputs) {
        return place(layout.auxiliary(index), scale, inputs);
    }

    /**
     * Writes the direction of a tangent, and returns the sum along which the network's input moves (after its scale).
     *
     * @param inputs how the inputs that are numbers move, in the recipe's order
     */
    public Sum direction(int index, double... inputs) {
        RowLayout.Direction direction = layout.direction(index);
        copy(inputs, direction.inputs());
        return new Sum(direction.direction());
    }

    /** Returns the target's sum. */
    public Sum target() {
        return new Sum(layout.target());
    }

    /** Returns the sum that is normalised before it is added to the target. */
    public Sum movement() {
        return new Sum(layout.movement());
    }

    /** Writes how much the row counts. */
    public void weight(double weight) {
        values[layout.weight()] = weight;
    }

    /**
     * Writes how much the row counts, and what its error is multiplied with before its distance is taken: of a squared distance
     * that is part of the weight.
     */
    public void weight(double weight, double scale) {
        if (scaled) {
            values[layout.weight()] = weight;
            values[layout.scale()] = scale;
        } else {
            values[layout.weight()] = weight * scale * scale;
        }
    }

    /** Writes {@code ln(sigma/alpha)}, for reports and for learned uncertainty; infinite at the ends of some schedules. */
    public void noiseLevel(double level) {
        values[layout.noiseLevel()] = level;
    }

    /**
     * Chooses two states of the row's trajectory: the row's noise is the earlier one, its data the later.
     *
     * @param earlier the number of the state that is nearer to noise, from 0
     * @param later the number of the other
     */
    public void states(int earlier, int later) {
        from = earlier;
        to = later;
    }

    /** Returns the number of the earlier state that was chosen, or -1. */
    public int earlier() {
        return from;
    }

    /** Returns the number of the later state that was chosen, or -1. */
    public int later() {
        return to;
    }

    /** Returns a scalar, by its column. */
    public double at(int column) {
        return values[column];
    }

    /** Returns whether the network can be trained with this row: all numbers but the noise level are finite floats. */
    public boolean isFinite() {
        for (int i = 0; i < values.length; i++) {
            if (i != layout.noiseLevel() && !Float.isFinite((float) values[i])) {
                return false;
            }
        }
        return true;
    }

    /** Writes the numbers to a batch. */
    public void copyTo(float[] target, int offset) {
        for (int i = 0; i < values.length; i++) {
            target[offset + i] = (float) values[i];
        }
    }

    private Sum place(RowLayout.Place place, double scale, double... inputs) {
        values[place.scale()] = scale;
        copy(inputs, place.inputs());
        return new Sum(place.point());
    }

    private void copy(double[] inputs, int start) {
        if (inputs.length != layout.inputs().size()) {
            throw new IllegalArgumentException(
                    inputs.length + " numbers are given for the inputs " + layout.inputs());
        }
        System.arraycopy(inputs, 0, values, start, inputs.length);
    }
}

package dev.pathline.engine.objective;

import java.util.Arrays;
import java.util.Map;

/**
 * Runs a recipe in float64, one row at a time, with networks that are functions: the oracle that the training script is compared
 * with, and with which the identity behind an objective is checked on maps that are known exactly.
 */
public final class RecipeExecutor {

    /** Half the step of the differences that tangents are made of, along the direction. */
    private static final double STEP = 2e-3;

    /** A central difference of sixth order. */
    private static final double[] STENCIL = {3.0 / 4, -3.0 / 20, 1.0 / 60};

    /** A network as a function. */
    @FunctionalInterface
    public interface Field {

        /**
         * Evaluates it.
         *
         * @param x the input, already scaled; not changed
         * @param inputs the inputs that are numbers, in the recipe's order
         * @param labelled whether the row's conditions are given
         * @return the output, of the length of {@code x}
         */
        double[] evaluate(double[] x, double[] inputs, boolean labelled);
    }

    private final Recipe recipe;
    private final RowLayout layout;
    private final Map<Source, Field> fields;

    /**
     * An executor.
     *
     * @param fields a network for each source that the recipe evaluates, and the student's
     */
    public RecipeExecutor(Recipe recipe, Map<Source, Field> fields) {
        this.recipe = recipe;
        this.layout = recipe.layout();
        this.fields = Map.copyOf(fields);
    }

    /**
     * Returns the target {@code y} of a row.
     *
     * @param row its scalars
     * @param data {@code x0}
     * @param noise {@code eps}, of the same length
     */
    public double[] target(Row row, double[] data, double[] noise) {
        int count = recipe.auxiliaries().size();
        double[][] values = new double[count][];
        double[][] tangents = new double[count][];
        for (int k = 0; k < count; k++) {
            Auxiliary auxiliary = recipe.auxiliaries().get(k);
            RowLayout.Place place = layout.auxiliary(k);
            double scale = row.at(place.scale());
            double[] x = sum(row, place.point(), data, noise, values, tangents);
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.clamp(x[i], -auxiliary.bound(), auxiliary.bound()) * scale;
            }
            double[] inputs = numbers(row, place.inputs());
            Field field = field(auxiliary.source());
            values[k] = field.evaluate(x, inputs, auxiliary.labelled());
            if (auxiliary.tangent()) {
                RowLayout.Direction direction = layout.direction(k);
                tangents[k] = tangent(field, x, inputs, auxiliary.labelled(),
                        sum(row, direction.direction(), data, noise, values, tangents),
                        numbers(row, direction.inputs()));
            }
        }
        double[] target = sum(row, layout.target(), data, noise, values, tangents);
        if (recipe.movementOffset() != null) {
            double[] movement = sum(row, layout.movement(), data, noise, values, tangents);
            double length = Math.sqrt(Arrays.stream(movement).map(value -> value * value).sum());
            for (int i = 0; i < target.length; i++) {
                target[i] += movement[i] / (length + recipe.movementOffset());
            }
        }
        return Arrays.stream(target).map(value -> Math.clamp(value, -recipe.bound(), recipe.bound())).toArray();
    }

    /** Returns {@code F - y} of a row; parameters as for {@link #target}. */
    public double[] residual(Row row, double[] data, double[] noise) {
        double[] target = target(row, data, noise);
        RowLayout.Place place = layout.input();
        double[] x = sum(row, place.point(), data, noise, new double[0][], new double[0][]);
        for (int i = 0; i < x.length; i++) {
            x[i] *= row.at(place.scale());
        }
        double[] output = field(Source.STUDENT).evaluate(x, numbers(row, place.inputs()), true);
        for (int i = 0; i < output.length; i++) {
            output[i] -= target[i];
        }
        return output;
    }

    private Field field(Source source) {
        Field field = fields.get(source);
        if (field == null) {
            throw new IllegalArgumentException("there is no function for the " + source);
        }
        return field;
    }

    private double[] numbers(Row row, int start) {
        double[] numbers = new double[recipe.inputs().size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = row.at(start + i);
        }
        return numbers;
    }

    private static double[] sum(Row row, RowLayout.Sum columns, double[] data, double[] noise, double[][] values,
            double[][] tangents) {
        double[] sum = new double[data.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = row.at(columns.data()) * data[i] + row.at(columns.noise()) * noise[i];
            for (int k = 0; k < columns.evaluations(); k++) {
                if (values[k] != null) {
                    sum[i] += row.at(columns.value(k)) * values[k][i];
                }
                if (columns.tangents() && tangents[k] != null) {
                    sum[i] += row.at(columns.tangent(k)) * tangents[k][i];
                }
            }
        }
        return sum;
    }

    private static double[] tangent(Field field, double[] x, double[] inputs, boolean labelled, double[] along,
            double[] moves) {
        double[] tangent = new double[x.length];
        for (int m = 1; m <= STENCIL.length; m++) {
            for (int side = -1; side <= 1; side += 2) {
                double step = side * m * STEP;
                double[] value = field.evaluate(moved(x, along, step), moved(inputs, moves, step), labelled);
                for (int i = 0; i < x.length; i++) {
                    tangent[i] += side * STENCIL[m - 1] * value[i] / STEP;
                }
            }
        }
        return tangent;
    }

    private static double[] moved(double[] from, double[] along, double step) {
        double[] moved = from.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * along[i];
        }
        return moved;
    }
}

package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network takes, row by row: a column an input, by the name that its graph gives it. Columns are handed over, not
 * copied; a table itself does not change. A network reads the columns that it declares and no others.
 */
public final class InputTable {

    private final int rows;
    private final Map<String, Column> columns;

    private InputTable(int rows, Map<String, Column> columns) {
        this.rows = rows;
        this.columns = columns;
    }

    /** Returns a table of so many rows, without columns. */
    public static InputTable of(int rows) {
        return new InputTable(rows, Map.of());
    }

    /**
     * Returns this table with another column of float32 numbers.
     *
     * @param values as many a row for each of them, the rows one after the other
     * @throws IllegalArgumentException if the rows do not divide them
     */
    public InputTable with(String name, float[] values) {
        return with(name, new Column(values, null, width(name, values.length)));
    }

    /**
     * Returns this table with another column of indices.
     *
     * @param indices one a row
     * @throws IllegalArgumentException if there are more or fewer
     */
    public InputTable with(String name, long[] indices) {
        if (indices.length != rows) {
            throw new IllegalArgumentException("the input " + name + " has " + indices.length + " indices for " + rows
                    + " rows");
        }
        return with(name, new Column(null, indices, 1));
    }

    private int width(String name, int length) {
        if (rows == 0 ? length != 0 : length % rows != 0) {
            throw new IllegalArgumentException("the input " + name + " has " + length + " numbers for " + rows
                    + " rows");
        }
        return rows == 0 ? 1 : length / rows;
    }

    private InputTable with(String name, Column column) {
        var more = new LinkedHashMap<>(columns);
        more.put(name, column);
        return new InputTable(rows, more);
    }

    /**
     * Returns this table with zeros for what a network takes and this table does not have.
     *
     * @throws IllegalArgumentException if they are more than fit into an array
     */
    public InputTable completedFor(Network network) {
        InputTable table = this;
        for (Value value : network.inputs()) {
            Op.Input input = (Op.Input) value.op();
            if (!columns.containsKey(input.name())) {
                table = input.kind() == Op.Input.Kind.LABEL
                        ? table.with(input.name(), new long[rows])
                        : table.with(input.name(), new float[Math.toIntExact(rows * shape(1, value).size())]);
            }
        }
        return table;
    }

    /** Returns the number of rows. */
    public int rows() {
        return rows;
    }

    /**
     * Returns a column of numbers, the table's own.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public float[] numbers(String name) {
        Column column = columns.get(name);
        if (column == null || column.numbers == null) {
            throw new IllegalArgumentException("there is no column of numbers " + name + " among "
                    + columns.keySet());
        }
        return column.numbers;
    }

    /** Returns a table of some rows, in the given order; the same row may be there twice. */
    public InputTable rows(int... chosen) {
        var some = new LinkedHashMap<String, Column>();
        columns.forEach((name, column) -> some.put(name, column.rows(chosen)));
        return new InputTable(chosen.length, some);
    }

    /** Returns a table of the rows from one on, up to and without another. */
    public InputTable range(int from, int to) {
        int[] chosen = new int[to - from];
        Arrays.setAll(chosen, i -> from + i);
        return rows(chosen);
    }

    /**
     * Returns the arrays of inputs of a network, in their order: float32 {@code [rows, ...]} or int64 {@code [rows]}.
     *
     * @param results owns them
     * @throws IllegalArgumentException if an input has no column, or one of another kind or shape
     */
    NDArray[] arrays(NDManager results, List<Value> inputs) {
        return inputs.stream().map(value -> array(results, value)).toArray(NDArray[]::new);
    }

    private NDArray array(NDManager results, Value value) {
        Op.Input input = (Op.Input) value.op();
        Column column = columns.get(input.name());
        if (column == null) {
            throw new IllegalArgumentException("the network takes the input " + input.name()
                    + ", which is not given");
        }
        if (input.kind() == Op.Input.Kind.LABEL) {
            return results.create(require(column.indices, input, "an index a row"));
        }
        float[] numbers = require(column.numbers, input, input.kind() == Op.Input.Kind.TIME
                ? "a number a row"
                : "numbers of the shape " + value.shape() + " a row");
        Shape shape = shape(rows, value);
        if (numbers.length != shape.size()) {
            throw new IllegalArgumentException("the network takes the input " + input.name() + " of the shape "
                    + value.shape() + " a row, not " + column.width + " numbers");
        }
        return results.create(numbers, shape);
    }

    private static Shape shape(int rows, Value value) {
        return new Shape(rows).addAll(new Shape(value.shape().stream().mapToLong(Integer::longValue).toArray()));
    }

    private static <T> T require(@Nullable T column, Op.Input input, String what) {
        if (column == null) {
            throw new IllegalArgumentException("the network takes the input " + input.name() + " as " + what);
        }
        return column;
    }

    /** Numbers or indices, so many a row. */
    private static final class Column {

        private final float @Nullable [] numbers;
        private final long @Nullable [] indices;
        private final int width;

        Column(float @Nullable [] numbers, long @Nullable [] indices, int width) {
            this.numbers = numbers;
            this.indices = indices;
            this.width = width;
        }

        Column rows(int[] chosen) {
            if (indices != null) {
                return new Column(null, Arrays.stream(chosen).mapToLong(row -> indices[row]).toArray(), 1);
            }
            float[] some = new float[chosen.length * width];
            for (int i = 0; numbers != null && i < chosen.length; i++) {
                System.arraycopy(numbers, chosen[i] * width, some, i * width, width);
            }
            return new Column(some, null, width);
        }
    }
}

package dev.pathline.engine.sampling;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.plan.NetworkCall;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.sampling.Conditions.Condition;
import dev.pathline.engine.script.InputTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Where the inputs of a lane's rows come from, beside the points: those that a plan's calls bring, and the samples' own
 * conditions. It is resolved once, from what the network declares, so that a row costs no look-up.
 */
final class InputColumns {

    /** What a call of a plan says, by the name of the input. */
    private static final Map<String, ToDoubleFunction<NetworkCall>> OF_CALLS = Map.of(InputNames.TIME,
            NetworkCall::time,
            InputNames.TARGET, NetworkCall::target, InputNames.GUIDANCE, NetworkCall::guidance);

    private final ModelCard card;
    private final List<InputColumn> columns = new ArrayList<>();
    private final Condition[] none;

    InputColumns(Network network, ModelCard card) {
        this.card = card;
        network.inputs().stream().skip(1).forEach(value -> columns.add(column(value)));
        none = columns.stream().map(InputColumn::none).toArray(Condition[]::new);
    }

    private InputColumn column(Value value) {
        Op.Input input = (Op.Input) value.op();
        ToDoubleFunction<NetworkCall> call = OF_CALLS.get(input.name());
        if (call != null && input.kind() == Op.Input.Kind.TIME) {
            return new InputColumn.OfCall(input.name(), call);
        }
        return input.kind() == Op.Input.Kind.LABEL
                ? new InputColumn.OfIndex(input.name(), card)
                : new InputColumn.OfNumbers(input.name(), value.shape().stream().reduce(1, Math::multiplyExact));
    }

    /**
     * Returns a sample's conditions, one a column, and checks them: a processor fails the whole evaluation for a row of a
     * table that does not exist, and a GPU the whole process.
     *
     * @throws IllegalArgumentException if one is not what the network takes, or the network must be told and is not
     */
    Condition[] of(SlotTask task) {
        Condition[] values = columns.stream().map(column -> column.of(task.conditions().of(column.name())))
                .toArray(Condition[]::new);
        for (int i = 0; i < none.length; i++) {
            if (values[i] != null && none[i] == null && task.plan().stages().stream().anyMatch(this::asksForNone)) {
                throw new IllegalArgumentException("the plan guides away from a sample without " + columns.get(i).name()
                        + ", which model " + card.name() + " does not know");
            }
        }
        return values;
    }

    private boolean asksForNone(Stage stage) {
        NetworkCall call = stage.call();
        return call != null && (call.rows() == 2 || call.isUnconditional());
    }

    /** Returns columns of rows that are to be filled, from the first on. */
    Rows rows(int count) {
        return new Rows(count);
    }

    /** The inputs of one evaluation. */
    final class Rows {

        private final int count;
        private final List<InputColumn.Cells> cells;

        private Rows(int count) {
            this.count = count;
            this.cells = columns.stream().map(column -> column.cells(count)).toList();
        }

        /** Sets the inputs of a row. */
        void put(int row, NetworkCall call, Condition[] conditions) {
            for (int i = 0; i < conditions.length; i++) {
                cells.get(i).put(row, call, conditions[i]);
            }
        }

        /** Sets the inputs of a row for a sample without conditions. */
        void putUnconditional(int row, NetworkCall call) {
            put(row, call, none);
        }

        /** Fills up with the first row, which exists: not every network has a row of a table for 'no label'. */
        void repeatFirst(int from) {
            for (InputColumn.Cells column : cells) {
                for (int row = from; row < count; row++) {
                    column.copyFirst(row);
                }
            }
        }

        InputTable table() {
            InputTable table = InputTable.of(count);
            for (InputColumn.Cells column : cells) {
                table = column.addTo(table);
            }
            return table;
        }
    }
}

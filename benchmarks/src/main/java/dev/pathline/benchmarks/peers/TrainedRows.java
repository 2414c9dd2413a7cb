package dev.pathline.benchmarks.peers;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import java.util.List;

/** What a batch learns: the rows that the scripts in Python make, too. */
enum TrainedRows {
    /** Flow matching of a network of one time, which is told of thousandths. */
    DIFFUSION {
        @Override
        Recipe recipe() {
            return Recipe.plain(false);
        }

        @Override
        void write(Row row, double t, boolean jumps) {
            row.input(1, 1000 * t).data(1 - t).noise(t);
            row.target().data(-1).noise(1);
        }
    },
    /** Flow matching of a network of two times. */
    FLOW {
        @Override
        Recipe recipe() {
            return map(List.of());
        }

        @Override
        void write(Row row, double t, boolean jumps) {
            row.input(1, t, t).data(1 - t).noise(t);
            row.target().data(-1).noise(1);
        }
    },
    /** MeanFlow, whose first quarter of rows has an exact derivative. */
    MEAN {
        @Override
        Recipe recipe() {
            return map(List.of(Auxiliary.of(Source.STUDENT).withTangent().forShare(0.25)));
        }

        @Override
        void write(Row row, double t, boolean jumps) {
            double r = jumps ? t / 2 : t;
            row.input(1, t, r).data(1 - t).noise(t);
            row.target().data(-1).noise(1);
            if (jumps) {
                row.auxiliary(0, 1, t, r).data(1 - t).noise(t);
                row.direction(0, 1, 0).data(-1).noise(1);
                row.target().tangent(0, r - t);
            }
        }
    },
    /** alpha-Flow at alpha = 0.1, whose first half of rows has one more evaluation. */
    ALPHA {
        @Override
        Recipe recipe() {
            return map(List.of(Auxiliary.of(Source.STUDENT).forShare(0.5)));
        }

        @Override
        void write(Row row, double t, boolean jumps) {
            double r = jumps ? t / 2 : t;
            row.input(1, t, r).data(1 - t).noise(t);
            if (jumps) {
                double later = t - STEP * (t - r);
                row.auxiliary(0, 1, later, r).data(1 - later).noise(later);
                row.target().data(-STEP).noise(STEP).value(0, 1 - STEP);
            } else {
                row.target().data(-1).noise(1);
            }
        }
    };

    private static final double STEP = 0.1;

    private static Recipe map(List<Auxiliary> auxiliaries) {
        return Recipe.of(List.of(InputNames.TIME, InputNames.TARGET), auxiliaries, Distance.SQUARED);
    }

    /** Returns what its targets are made of. */
    abstract Recipe recipe();

    /**
     * Writes a row.
     *
     * @param jumps whether it is one of those that have the auxiliary evaluation
     */
    abstract void write(Row row, double t, boolean jumps);

    /** Returns the scalars of a batch whose times are spread over (0, 1). */
    float[] batch(int rows) {
        Recipe recipe = recipe();
        int width = recipe.layout().width();
        float[] scalars = new float[rows * width];
        var row = new Row(recipe);
        int jumps = recipe.auxiliaries().isEmpty() ? 0 : recipe.auxiliaries().getFirst().rows(rows);
        for (int i = 0; i < rows; i++) {
            row.clear();
            write(row, (0.05 + 0.37 * i) % 1, i < jumps);
            row.copyTo(scalars, i * width);
        }
        return scalars;
    }
}

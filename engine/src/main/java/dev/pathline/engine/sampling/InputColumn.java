package dev.pathline.engine.sampling;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.plan.NetworkCall;
import dev.pathline.engine.sampling.Conditions.Condition;
import dev.pathline.engine.script.InputTable;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One input of a network. A condition is null for one that a call brings, and where no value means 'none'. */
sealed interface InputColumn {

    /** The name that the graph gives it. */
    String name();

    /** The value for no condition. */
    @Nullable
    Condition none();

    /**
     * The value that a sample has.
     *
     * @throws IllegalArgumentException if it is not what the network takes, or must be given
     */
    @Nullable
    Condition of(@Nullable Condition given);

    /** Returns its values for some rows, to be set. */
    Cells cells(int rows);

    /** The values of one input for some rows. */
    interface Cells {

        /** Sets a row. */
        void put(int row, NetworkCall call, @Nullable Condition condition);

        /** Sets a row to the first one's value. */
        void copyFirst(int row);

        /** Returns a table with these values. */
        InputTable addTo(InputTable table);
    }

    /** A number that a plan's call brings. */
    record OfCall(String name, ToDoubleFunction<NetworkCall> value) implements InputColumn {

        @Override
        public @Nullable Condition none() {
            return null;
        }

        @Override
        public @Nullable Condition of(@Nullable Condition given) {
            return null;
        }

        @Override
        public Cells cells(int rows) {
            float[] values = new float[rows];
            return new Cells() {
                @Override
                public void put(int row, NetworkCall call, @Nullable Condition condition) {
                    values[row] = (float) value.applyAsDouble(call);
                }

                @Override
                public void copyFirst(int row) {
                    values[row] = values[0];
                }

                @Override
                public InputTable addTo(InputTable table) {
                    return table.with(name, values);
                }
            };
        }
    }

    /** The class of a sample. */
    record OfIndex(String name, ModelCard card) implements InputColumn {

        @Override
        public @Nullable Condition none() {
            OptionalInt index = card.nullLabel();
            // A card without classes may belong to a network with a label that means nothing.
            return index.isPresent() || card.classes().isEmpty() ? new Condition.Index(index.orElse(0)) : null;
        }

        @Override
        public Condition of(@Nullable Condition given) {
            Condition value = given == null ? none() : given;
            if (!(value instanceof Condition.Index(long index)) || !exists(index)) {
                int last = Math.max(card.classes().size() - 1, card.nullLabel().orElse(0));
                throw new IllegalArgumentException(name + " must be 0 to " + last + " for model " + card.name()
                        + ", not " + (value instanceof Condition.Index(long index) ? index : "none")
                        + (card.nullLabel().isPresent()
                                ? ""
                                : ", which has no class for samples without a " + name));
            }
            return value;
        }

        private boolean exists(long index) {
            return (index >= 0 && index < Math.max(1, card.classes().size()))
                    || (card.nullLabel().isPresent() && index == card.nullLabel().getAsInt());
        }

        @Override
        public Cells cells(int rows) {
            long[] values = new long[rows];
            return new Cells() {
                @Override
                public void put(int row, NetworkCall call, @Nullable Condition condition) {
                    if (condition instanceof Condition.Index(long index)) {
                        values[row] = index;
                    }
                }

                @Override
                public void copyFirst(int row) {
                    values[row] = values[0];
                }

                @Override
                public InputTable addTo(InputTable table) {
                    return table.with(name, values);
                }
            };
        }
    }

    /** Numbers of any shape, of which zeros say nothing: an embedding is added, a number multiplies. */
    record OfNumbers(String name, int length) implements InputColumn {

        @Override
        public Condition none() {
            return new Condition.Numbers(new float[length]);
        }

        @Override
        public Condition of(@Nullable Condition given) {
            Condition value = given == null ? none() : given;
            if (!(value instanceof Condition.Numbers numbers) || numbers.count() != length) {
                throw new IllegalArgumentException(name + " must be " + length + " numbers, not " + value);
            }
            return value;
        }

        @Override
        public Cells cells(int rows) {
            float[] values = new float[Math.multiplyExact(rows, length)];
            return new Cells() {
                @Override
                public void put(int row, NetworkCall call, @Nullable Condition condition) {
                    if (condition instanceof Condition.Numbers numbers) {
                        numbers.copyTo(values, row);
                    }
                }

                @Override
                public void copyFirst(int row) {
                    System.arraycopy(values, 0, values, row * length, length);
                }

                @Override
                public InputTable addTo(InputTable table) {
                    return table.with(name, values);
                }
            };
        }
    }
}

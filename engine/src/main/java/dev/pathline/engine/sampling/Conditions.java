package dev.pathline.engine.sampling;

import dev.pathline.engine.graph.InputNames;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sample is to be: values of the inputs of a network that no plan brings, by the inputs' names. An input that is not
 * among them has its value for no condition, and one that the network does not take is not looked at. Immutable.
 */
public final class Conditions {

    /** The sample may be anything. */
    public static final Conditions NONE = new Conditions(Map.of());

    private final Map<String, Condition> values;

    private Conditions(Map<String, Condition> values) {
        this.values = values;
    }

    /** Returns the condition of a class; its index may be that of the class that means 'no label'. */
    public static Conditions label(int index) {
        return NONE.with(InputNames.LABEL, index);
    }

    /** Returns these conditions and an index. */
    public Conditions with(String name, int index) {
        return with(name, new Condition.Index(index));
    }

    /** Returns these conditions and numbers of an input's shape, which are copied. */
    public Conditions with(String name, float... numbers) {
        return with(name, new Condition.Numbers(numbers.clone()));
    }

    private Conditions with(String name, Condition value) {
        var more = new HashMap<>(values);
        more.put(name, value);
        return new Conditions(Map.copyOf(more));
    }

    /** Returns the value of an input, or null for none. */
    @Nullable
    Condition of(String name) {
        return values.get(name);
    }

    @Override
    public String toString() {
        return values.toString();
    }

    /** One input's value. */
    sealed interface Condition {

        /** A row of a table. */
        record Index(long value) implements Condition {}

        /** Numbers of the input's shape, one after the other. */
        final class Numbers implements Condition {

            private final float[] values;

            Numbers(float[] values) {
                this.values = values;
            }

            int count() {
                return values.length;
            }

            void copyTo(float[] target, int row) {
                System.arraycopy(values, 0, target, row * values.length, values.length);
            }

            @Override
            public String toString() {
                return values.length + " numbers";
            }
        }
    }
}

package dev.pathline.trainer.specification;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import java.util.List;
import java.util.Locale;

/** How large a network may be: what cannot be held is refused before anything is made of it. */
final class NetworkSize {

    /** One tensor is one array of Java, and a network of this size already needs 20 GB and more to train. */
    private static final long MOST_PARAMETERS = 1_000_000_000;
    private static final long LARGEST_SAMPLE = 1 << 28;

    private NetworkSize() {}

    /**
     * Checks the size of a sample, before a graph is made for it.
     *
     * @throws IllegalArgumentException if it is too large to be trained on
     */
    static void requireSample(List<Integer> shape) {
        // In floating point, where products do not overflow.
        double numbers = product(shape);
        if (numbers > LARGEST_SAMPLE) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "a sample has %s numbers, and at most %,d can be trained on here", shown(numbers), LARGEST_SAMPLE));
        }
    }

    /**
     * Checks the size of a network's weights, before one of them is made.
     *
     * @throws IllegalArgumentException if they are too large to be trained
     */
    static void requireWeights(Network network) {
        double parameters = network.parameters().stream().map(Parameter::shape).mapToDouble(NetworkSize::product).sum();
        if (parameters > MOST_PARAMETERS) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "it has %s parameters, and at most %,d can be trained here", shown(parameters), MOST_PARAMETERS));
        }
    }

    private static double product(List<Integer> shape) {
        return shape.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    }

    private static String shown(double count) {
        return count < 1e15 ? String.format(Locale.ROOT, "%,.0f", count) : String.format(Locale.ROOT, "%.1e", count);
    }
}

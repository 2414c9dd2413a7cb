package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Convolutions of three by three taps that alone read an image doubled in size by repeating its places.
 *
 * <p>Implementation note. A result at an even row sees the rows {@code i - 1, i, i} of the small image, and one at an odd
 * row {@code i, i, i + 1}: two different ones, and so with columns. Four convolutions of two by two taps on the small
 * image, whose taps are sums of the nine, give the four kinds of results with 4/9 of the products; together they are one
 * transposed convolution of four by four taps and stride 2. The larger image is never made. Single and double precision
 * keep the operators as the network has them: they are the reference.
 */
final class DoubledConvolutions {

    /** Taps a side, and how far the results reach over the edge. */
    private static final int KERNEL = 3;
    private static final int PADDING = 1;

    private final Set<Value> convolutions = new HashSet<>();
    private final Set<Value> images = new HashSet<>();

    DoubledConvolutions(Network network, NumericProfile profile) {
        if (profile.precision().bytes() >= Float.BYTES) {
            return;
        }
        Map<Value, Integer> readers = new HashMap<>();
        network.values().forEach(value -> value.inputs().forEach(input -> readers.merge(input, 1, Integer::sum)));
        network.outputs().forEach(output -> readers.merge(output, 1, Integer::sum));
        for (Value value : network.values()) {
            if (value.op() instanceof Op.Conv2d op && op.kernel() == KERNEL && op.stride() == 1
                    && op.padding() == PADDING && value.inputs().getFirst().op() instanceof Op.Upsample
                    && readers.getOrDefault(value.inputs().getFirst(), 0) == 1) {
                convolutions.add(value);
                images.add(value.inputs().getFirst());
            }
        }
    }

    /** Returns whether a convolution is one of them. */
    boolean contains(Value convolution) {
        return convolutions.contains(convolution);
    }

    /** Returns whether a value is the larger image of one of them, which nothing needs. */
    boolean skips(Value image) {
        return images.contains(image);
    }

    /**
     * Returns the expression of the transposed convolution's weight: the sums over two by two neighbours of the taps,
     * with zeros around them, mirrored.
     *
     * @param weight the expression of the convolution's weight, in single precision: sums are rounded once
     */
    static String weight(String weight) {
        return "torch.flip(torch.transpose(torch.avg_pool2d(" + weight
                + ", [2, 2], [1, 1], [1, 1], False, True, 1), 0, 1), [2, 3])";
    }
}

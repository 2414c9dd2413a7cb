package dev.pathline.standalone.cli;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.npy.NpyArray;
import dev.pathline.diffusion.card.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finite numbers in the shape of a model's samples, from a NumPy file. */
final class GivenNumbers {

    private GivenNumbers() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it is no array of numbers, or one of them is not finite
     * @throws IOException if it is not there or cannot be read
     */
    static NpyArray read(Path file) throws IOException {
        NpyArray array = Npy.read(file);
        float[] values = array.values();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        file + " has " + values[i] + " at " + index(i, array.shape())
                                + "; every number must be finite");
            }
        }
        return array;
    }

    /** Returns whether a shape is a model's sample shape with {@code leading} dimensions before it. */
    static boolean fits(NpyArray array, ModelCard card, int leading) {
        int[] shape = array.shape();
        return shape.length == leading + card.shape().size()
                && boxed(Arrays.copyOfRange(shape, leading, shape.length)).equals(card.shape());
    }

    /** Says what a file has and what is accepted, each written with the names of its leading dimensions. */
    static IllegalArgumentException wrongShape(Path file, NpyArray array, ModelCard card, String... leading) {
        List<String> accepted = Arrays.stream(leading).map(names -> "[" + names + sizes(card.shape()) + "]").toList();
        return new IllegalArgumentException(file + " has shape " + Arrays.toString(array.shape()) + ", but "
                + card.name() + " takes " + String.join(" or ", accepted));
    }

    private static String sizes(List<Integer> shape) {
        String text = shape.toString();
        return text.substring(1, text.length() - 1);
    }

    private static List<Integer> boxed(int[] shape) {
        return Arrays.stream(shape).boxed().toList();
    }

    private static List<Integer> index(int place, int[] shape) {
        var index = new ArrayList<Integer>();
        int rest = place;
        for (int d = shape.length - 1; d >= 0; d--) {
            index.addFirst(rest % shape[d]);
            rest /= shape[d];
        }
        return index;
    }
}

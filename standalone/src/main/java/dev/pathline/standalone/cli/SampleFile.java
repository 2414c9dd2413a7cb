package dev.pathline.standalone.cli;

import dev.pathline.common.image.ContactSheet;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.image.ScatterPlot;
import dev.pathline.diffusion.card.ModelCard;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Samples as one file: a NumPy array {@code [count, ...]}, or a PNG, which is a contact sheet of pictures or a scatter plot
 * of points of the plane.
 */
final class SampleFile {

    /** The ending of a picture's name. */
    static final String PNG = "png";

    /** The ending of an array's name. */
    static final String NUMBERS = "npy";

    private static final int PLOT_SIZE = 640;

    private final ModelCard card;
    private final int[] shape;
    private final boolean array;
    private final int scale;

    /**
     * A file of samples of a model.
     *
     * @param array whether it is the array
     * @param scale a pixel's size in a PNG
     * @throws IllegalArgumentException if the model's samples are none that a PNG can show
     */
    SampleFile(ModelCard card, boolean array, int scale) {
        this.card = card;
        this.shape = card.shape().stream().mapToInt(Integer::intValue).toArray();
        this.array = array;
        this.scale = scale;
        if (!array && !Raster.isPicture(shape) && !isPoint()) {
            throw new IllegalArgumentException("samples of " + card.name() + " have shape " + card.shape()
                    + ", which is no picture: choose a file that ends in .npy");
        }
    }

    /**
     * Encodes samples.
     *
     * @param labels the class of each
     * @param columns of a contact sheet, 0 for as square as it gets
     * @param text what made them; a PNG carries it
     */
    byte[] encode(List<float[]> samples, int[] labels, int columns, Map<String, String> text) {
        if (array) {
            return Npy.encode(together(samples),
                    IntStream.concat(IntStream.of(samples.size()), IntStream.of(shape)).toArray());
        }
        Raster picture = isPoint()
                ? ScatterPlot.of(samples, labels, PLOT_SIZE).enlarged(scale)
                : sheet(samples, columns);
        return Png.withText(Png.encode(picture), text);
    }

    private boolean isPoint() {
        return card.shape().equals(List.of(2));
    }

    private Raster sheet(List<float[]> samples, int columns) {
        List<Raster> pictures = samples.stream()
                .map(s -> Raster.ofSample(s, shape[0], shape[1], shape[2]).enlarged(scale)).toList();
        return columns == 0 ? ContactSheet.of(pictures) : ContactSheet.of(pictures, columns);
    }

    private float[] together(List<float[]> samples) {
        int size = card.dimension();
        float[] all = new float[Math.multiplyExact(samples.size(), size)];
        for (int i = 0; i < samples.size(); i++) {
            System.arraycopy(samples.get(i), 0, all, i * size, size);
        }
        return all;
    }
}

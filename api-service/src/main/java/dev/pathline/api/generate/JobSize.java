package dev.pathline.api.generate;

import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import java.util.List;

/**
 * What samples of a shape take as files: at most, since nobody knows before how well they can be compressed.
 *
 * @param file bytes that one sample takes in the store: its numbers, and its picture where it is one
 * @param preview characters that one preview takes in the log, in base 64
 */
record JobSize(long file, long preview) {

    /** The head of a NumPy file of any shape that there is. */
    private static final int NPY_HEAD = 256;

    /** Returns the size of samples. */
    static JobSize of(List<Integer> shape) {
        int[] sizes = shape.stream().mapToInt(Integer::intValue).toArray();
        long numbers = NPY_HEAD;
        long values = 1;
        for (int size : sizes) {
            values *= size;
        }
        numbers += Float.BYTES * values;
        long picture = Raster.isPicture(sizes) ? Png.maxSize(sizes[2], sizes[1], sizes[0]) : 0;
        return new JobSize(numbers + picture, 4 * Math.ceilDiv(picture > 0 ? picture : numbers, 3));
    }

    /** Bytes as people read them: {@code 256 MB}, of 1024 * 1024 bytes. */
    static String shown(long bytes) {
        return bytes < 1 << 20 ? Math.ceilDiv(bytes, 1024) + " KB" : Math.ceilDiv(bytes, 1 << 20) + " MB";
    }
}

package dev.pathline.engine.metrics;

import java.util.stream.IntStream;

/**
 * Inner products of the vectors of one set with those of another, in float64, on all cores. A product is summed in the
 * order of the elements whatever the machine, so {@code x.y} and {@code y.x} are the same to the last bit.
 *
 * <p>The right set is kept in blocks of columns, transposed: a block stays in the second-level cache while some rows pass
 * it, and the innermost loop runs over independent sums, which a compiler may put into vector registers.
 */
final class InnerProducts {

    private static final int BLOCK_ELEMENTS = 1 << 14;
    private static final int ROWS = 16;

    private final int count;
    private final int width;
    private final int columns;
    private final double[][] blocks;

    /** Hears of a row of products. Rows come from several threads, one at a time each. */
    @FunctionalInterface
    interface Row {
        /** The products of the left set's vector {@code index} with every vector of the right; reused afterwards. */
        void accept(int index, double[] products);
    }

    /** The elements of the right set. */
    @FunctionalInterface
    interface Elements {
        double at(int index, int element);
    }

    /** Products with {@code count} vectors of {@code width} elements. */
    InnerProducts(int count, int width, Elements right) {
        this.count = count;
        this.width = width;
        this.columns = Math.max(64, BLOCK_ELEMENTS / width);
        this.blocks = new double[(count + columns - 1) / columns][];
        for (int b = 0; b < blocks.length; b++) {
            int from = b * columns;
            int here = Math.min(columns, count - from);
            blocks[b] = new double[width * here];
            for (int k = 0; k < width; k++) {
                for (int j = 0; j < here; j++) {
                    blocks[b][k * here + j] = right.at(from + j, k);
                }
            }
        }
    }

    InnerProducts(VectorSet right) {
        this(right.size(), right.width(), right::at);
    }

    /** Gives each row of products of {@code left} to {@code row}, and returns when all are done. */
    void forEach(VectorSet left, Row row) {
        int chunks = (left.size() + ROWS - 1) / ROWS;
        IntStream.range(0, chunks).parallel().forEach(chunk -> {
            int from = chunk * ROWS;
            int rows = Math.min(ROWS, left.size() - from);
            double[][] products = new double[rows][count];
            for (int b = 0; b < blocks.length; b++) {
                for (int i = 0; i < rows; i++) {
                    multiply(left, from + i, b, products[i]);
                }
            }
            for (int i = 0; i < rows; i++) {
                row.accept(from + i, products[i]);
            }
        });
    }

    private void multiply(VectorSet left, int index, int block, double[] products) {
        double[] right = blocks[block];
        int here = right.length / width;
        double[] sums = new double[here];
        for (int k = 0; k < width; k++) {
            add(left.at(index, k), right, k * here, sums);
        }
        System.arraycopy(sums, 0, products, block * columns, here);
    }

    private static void add(double factor, double[] values, int offset, double[] sums) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] += factor * values[offset + j];
        }
    }
}

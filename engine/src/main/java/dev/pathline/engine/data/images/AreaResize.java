package dev.pathline.engine.data.images;

/**
 * Brings an image to a size: the largest part of the wanted proportions is cut from its middle, and each pixel of the
 * result is the mean over the area that it covers. An image that has the size already keeps its values.
 */
final class AreaResize {

    private AreaResize() {}

    /** Which of the pixels along one side lie within a pixel of the result, and how much of each. */
    private static final class Cover {

        private final int first;
        private final float[] shares;

        Cover(int first, float[] shares) {
            this.first = first;
            this.shares = shares;
        }

        int end() {
            return first + shares.length;
        }
    }

    static byte[] resize(PixelRows image, ImageTarget target) {
        double step = Math.min(image.width() / (double) target.width(), image.height() / (double) target.height());
        Cover[] columns = covers(image.width(), target.width(), step);
        Cover[] rows = covers(image.height(), target.height(), step);
        int rowSize = target.channels() * target.width();
        float[] source = new float[target.channels() * image.width()];
        float[] narrow = new float[rowSize];
        float[][] sums = new float[target.height()][rowSize];
        int from = 0;
        int last = rows[rows.length - 1].end() - 1;
        for (int y = rows[0].first; y <= last; y++) {
            image.read(y, source);
            narrow(source, image.width(), columns, target, narrow);
            while (from < rows.length && rows[from].end() <= y) {
                from++;
            }
            for (int j = from; j < rows.length && rows[j].first <= y; j++) {
                float share = rows[j].shares[y - rows[j].first];
                for (int i = 0; i < rowSize; i++) {
                    sums[j][i] += share * narrow[i];
                }
            }
        }
        return rounded(sums, target);
    }

    private static Cover[] covers(int size, int wanted, double step) {
        // Cut at a whole pixel, so that an image of the right scale is not blurred.
        double start = Math.floor((size - wanted * step) / 2);
        var covers = new Cover[wanted];
        for (int i = 0; i < wanted; i++) {
            double begin = start + i * step;
            double end = Math.min(begin + step, size);
            int first = (int) Math.min(begin, size - 1);
            int count = Math.max(1, (int) Math.ceil(end) - first);
            float[] shares = new float[count];
            double sum = 0;
            for (int k = 0; k < count; k++) {
                sum += Math.max(0, Math.min(end, first + k + 1) - Math.max(begin, first + k));
            }
            for (int k = 0; k < count; k++) {
                shares[k] = (float) (Math.max(0, Math.min(end, first + k + 1) - Math.max(begin, first + k)) / sum);
            }
            covers[i] = new Cover(first, shares);
        }
        return covers;
    }

    private static void narrow(float[] source, int width, Cover[] columns, ImageTarget target, float[] narrow) {
        for (int c = 0; c < target.channels(); c++) {
            for (int x = 0; x < columns.length; x++) {
                int first = c * width + columns[x].first;
                float[] shares = columns[x].shares;
                float sum = 0;
                for (int k = 0; k < shares.length; k++) {
                    sum += shares[k] * source[first + k];
                }
                narrow[c * columns.length + x] = sum;
            }
        }
    }

    private static byte[] rounded(float[][] sums, ImageTarget target) {
        byte[] image = new byte[target.bytes()];
        for (int y = 0; y < target.height(); y++) {
            for (int c = 0; c < target.channels(); c++) {
                for (int x = 0; x < target.width(); x++) {
                    int value = Math.clamp(Math.round(sums[y][c * target.width() + x]), 0, 255);
                    image[(c * target.height() + y) * target.width() + x] = (byte) value;
                }
            }
        }
        return image;
    }
}

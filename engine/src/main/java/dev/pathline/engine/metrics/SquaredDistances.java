package dev.pathline.engine.metrics;

/** Squared Euclidean distances of the vectors of one set from those of another, in float64, on all cores. */
final class SquaredDistances {

    private final InnerProducts products;
    private final double[] squares;

    SquaredDistances(VectorSet right) {
        products = new InnerProducts(right);
        squares = squares(right);
    }

    /** Gives each row of distances of {@code left} to {@code row}, and returns when all are done. */
    void forEach(VectorSet left, InnerProducts.Row row) {
        double[] own = squares(left);
        products.forEach(left, (i, values) -> {
            for (int j = 0; j < values.length; j++) {
                values[j] = Math.max(0, own[i] + squares[j] - 2 * values[j]);
            }
            row.accept(i, values);
        });
    }

    private static double[] squares(VectorSet set) {
        double[] squares = new double[set.size()];
        for (int i = 0; i < set.size(); i++) {
            for (int k = 0; k < set.width(); k++) {
                squares[i] += set.at(i, k) * set.at(i, k);
            }
        }
        return squares;
    }
}

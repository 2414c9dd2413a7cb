package dev.pathline.engine.data.augment;

/** {@code (x, y) -> (xx x + xy y + x0, yx x + yy y + y0)}, in pixels from an image's centre, y pointing down. */
record AffineMap(double xx, double xy, double x0, double yx, double yy, double y0) {

    static final AffineMap IDENTITY = new AffineMap(1, 0, 0, 0, 1, 0);

    static AffineMap scaling(double x, double y) {
        return new AffineMap(x, 0, 0, 0, y, 0);
    }

    static AffineMap rotation(double angle) {
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        return new AffineMap(cos, -sin, 0, sin, cos, 0);
    }

    static AffineMap translation(double x, double y) {
        return new AffineMap(1, 0, x, 0, 1, y);
    }

    /** Returns the map that does {@code first} and then this one. */
    AffineMap times(AffineMap first) {
        return new AffineMap(xx * first.xx + xy * first.yx, xx * first.xy + xy * first.yy,
                xx * first.x0 + xy * first.y0 + x0, yx * first.xx + yy * first.yx, yx * first.xy + yy * first.yy,
                yx * first.x0 + yy * first.y0 + y0);
    }

    boolean isIdentity() {
        return xx == 1 && xy == 0 && x0 == 0 && yx == 0 && yy == 1 && y0 == 0;
    }

    double x(double x, double y) {
        return xx * x + xy * y + x0;
    }

    double y(double x, double y) {
        return yx * x + yy * y + y0;
    }
}

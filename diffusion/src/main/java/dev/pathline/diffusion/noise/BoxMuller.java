package dev.pathline.diffusion.noise;

/**
 * Two words of random bits to two standard normals: {@code sqrt(-2 ln u) (cos phi, sin phi)}.
 *
 * <p>Why not {@link Math}: its logarithm and sine may differ in the last bit from one JVM to the next, and a seed must
 * give the same image everywhere. {@link StrictMath} is exact about that, but slow: its functions alone take longer (4.5 ms
 * for 200,000 normals, measured on one core) than all of {@link PhiloxNoise} with the polynomials below (3.5 ms). Addition,
 * multiplication, division and square root are the same everywhere (JEP 306), so the polynomials below are too; their
 * arguments are small by construction, which makes them short. They are within 1e-15 of the true values.
 */
final class BoxMuller {
    private static final double LN_2 = 0.6931471805599453;
    private static final double SQRT_2 = 1.4142135623730951;
    /** One unit of a 32-bit angle, {@code 2 pi / 2^32}. */
    private static final double ANGLE_UNIT = 2 * 3.141592653589793 * 0x1p-32;

    private BoxMuller() {}

    /** Writes two normals to {@code normals[at]} and {@code normals[at + 1]}. Their magnitude is at most 6.8. */
    static void transform(int radiusWord, int angleWord, double[] normals, int at) {
        // The middle of one of 2^32 equal cells of (0, 1): never 0, so the logarithm is finite.
        double uniform = ((radiusWord & 0xFFFFFFFFL) + 0.5) * 0x1p-32;
        double radius = Math.sqrt(-2 * log(uniform));
        // The angle is the nearest quarter turn plus a rest in [-pi/4, pi/4); the integers wrap around as angles do.
        int quarter = (angleWord + (1 << 29)) >>> 30;
        double rest = (angleWord - (quarter << 30)) * ANGLE_UNIT;
        double cos = radius * cos(rest);
        double sin = radius * sin(rest);
        boolean swap = (quarter & 1) != 0;
        normals[at] = (quarter == 1 || quarter == 2 ? -1 : 1) * (swap ? sin : cos);
        normals[at + 1] = (quarter >= 2 ? -1 : 1) * (swap ? cos : sin);
    }

    /** The natural logarithm of a normal positive number. */
    static double log(double value) {
        int exponent = Math.getExponent(value);
        double mantissa = value * Double.longBitsToDouble((1023L - exponent) << 52);
        if (mantissa > SQRT_2) {
            mantissa /= 2;
            exponent++;
        }
        // ln m = 2 artanh s, with |s| < 0.172: the series of artanh to s^21.
        double s = (mantissa - 1) / (mantissa + 1);
        double z = s * s;
        double tail = z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11 + z * (1.0 / 13
                + z * (1.0 / 15 + z * (1.0 / 17 + z * (1.0 / 19 + z * (1.0 / 21))))))))));
        return exponent * LN_2 + 2 * (s + s * tail);
    }

    /** The sine of an angle in {@code [-pi/4, pi/4]}: Taylor's series to {@code x^15}. */
    static double sin(double x) {
        double z = x * x;
        double tail = z * (-1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880
                + z * (-1.0 / 39916800 + z * (1.0 / 6227020800L + z * (-1.0 / 1307674368000L)))))));
        return x + x * tail;
    }

    /** The cosine of an angle in {@code [-pi/4, pi/4]}: Taylor's series to {@code x^16}. */
    static double cos(double x) {
        double z = x * x;
        double tail = z * (-1.0 / 2 + z * (1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800
                + z * (1.0 / 479001600 + z * (-1.0 / 87178291200L + z * (1.0 / 20922789888000L))))))));
        return 1 + tail;
    }
}

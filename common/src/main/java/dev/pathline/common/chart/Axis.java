package dev.pathline.common.chart;

/**
 * What an axis shows, and how.
 *
 * @param title the quantity, with its unit
 * @param kind how values are spread along it
 */
public record Axis(String title, Kind kind) {

    /** How values are spread along an axis. */
    public enum Kind {
        /** Evenly. */
        LINEAR,
        /** Evenly, from zero on: for a quantity whose size matters more than its changes. */
        FROM_ZERO,
        /** By their logarithm, if all are above 0; evenly if not. */
        LOGARITHMIC,
        /** By their logarithm if all are above 0 and the largest is ten times the least or more; evenly if not. */
        AUTOMATIC
    }

    /** Returns an axis with even spacing. */
    public static Axis linear(String title) {
        return new Axis(title, Kind.LINEAR);
    }

    /** Returns an axis with even spacing, zero included. */
    public static Axis fromZero(String title) {
        return new Axis(title, Kind.FROM_ZERO);
    }

    /** Returns an axis that is logarithmic. */
    public static Axis logarithmic(String title) {
        return new Axis(title, Kind.LOGARITHMIC);
    }

    /** Returns an axis that is logarithmic where the values call for it. */
    public static Axis automatic(String title) {
        return new Axis(title, Kind.AUTOMATIC);
    }

    /** Returns the scale for values in {@code [least, largest]}; both are finite. */
    Scale scale(double least, double largest) {
        boolean logarithmic = least > 0 && switch (kind) {
            case LINEAR, FROM_ZERO -> false;
            case LOGARITHMIC -> true;
            case AUTOMATIC -> largest / least >= 10;
        };
        if (kind == Kind.FROM_ZERO) {
            return Scale.Linear.around(Math.min(0, least), Math.max(0, largest));
        }
        return logarithmic ? Scale.Logarithmic.around(least, largest) : Scale.Linear.around(least, largest);
    }
}

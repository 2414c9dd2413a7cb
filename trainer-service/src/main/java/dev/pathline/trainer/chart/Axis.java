package dev.pathline.trainer.chart;

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
        /** By their logarithm, if all are above 0; evenly if not. */
        LOGARITHMIC,
        /** By their logarithm if all are above 0 and the largest is ten times the least or more; evenly if not. */
        AUTOMATIC
    }

    /** Returns an axis with even spacing. */
    public static Axis linear(String title) {
        return new Axis(title, Kind.LINEAR);
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
            case LINEAR -> false;
            case LOGARITHMIC -> true;
            case AUTOMATIC -> largest / least >= 10;
        };
        return logarithmic ? Scale.Logarithmic.around(least, largest) : Scale.Linear.around(least, largest);
    }
}

package dev.pathline.common.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round values, and how they are written. Round are 1, 2 and 5 times a power of ten (Heckbert, Graphics Gems, 1990). */
final class Ticks {

    private static final double LARGE = 1e15;

    private Ticks() {}

    /** Returns marks at the multiples of a round step within an interval: about {@code wanted}. */
    static List<Tick> linear(double from, double to, int wanted) {
        double step = round((to - from) / Math.max(1, wanted));
        var ticks = new ArrayList<Tick>();
        // Counted in multiples, so that rounding does not add up.
        double first = Math.ceil(from / step - 1e-9);
        double count = Math.floor(to / step + 1e-9) - first;
        for (int i = 0; i <= count; i++) {
            double value = (first + i) * step;
            ticks.add(new Tick(value, label(value, step)));
        }
        return ticks;
    }

    /** Returns the round value that is nearest to {@code rough}, which is above 0. */
    private static double round(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double digits = rough / power;
        return power * (digits < 1.5 ? 1 : digits < 3.5 ? 2 : digits < 7.5 ? 5 : 10);
    }

    /**
     * Writes a value as short as neighbours at a distance of {@code step} allow: {@code 0.25}, {@code 40k},
     * {@code 1.5M}, {@code 2e-5}.
     */
    static String label(double value, double step) {
        double size = Math.abs(value);
        if (size < Math.abs(step) / 2) {
            return "0";
        }
        if (size >= LARGE || (Math.abs(step) < 1e-4 && size < 1e-2)) {
            return scientific(value, step);
        }
        if (size >= 1e9) {
            return plain(value / 1e9, step / 1e9) + "G";
        }
        if (size >= 1e6) {
            return plain(value / 1e6, step / 1e6) + "M";
        }
        return size >= 1e4 ? plain(value / 1e3, step / 1e3) + "k" : plain(value, step);
    }

    private static String plain(double value, double step) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(Math.abs(step)) + 1e-9));
        return minus(String.format(Locale.ROOT, "%." + Math.min(12, decimals) + "f", value));
    }

    private static String scientific(double value, double step) {
        int power = (int) Math.floor(Math.log10(Math.abs(value)) + 1e-9);
        int precision = Math.max(1, power - (int) Math.floor(Math.log10(Math.abs(step)) + 1e-9) + 1);
        double digits = value / Math.pow(10, power);
        String shown = new BigDecimal(digits, new MathContext(Math.min(12, precision))).stripTrailingZeros()
                .toPlainString();
        return minus(shown + "e" + power);
    }

    /** A hyphen is too short to be read as a sign. */
    private static String minus(String text) {
        return text.startsWith("-") ? "\u2212" + text.substring(1) : text;
    }
}

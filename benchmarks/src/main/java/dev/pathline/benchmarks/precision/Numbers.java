package dev.pathline.benchmarks.precision;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The curves of one diagram as a table of Markdown. */
final class Numbers {
    private static final int[] EVALUATIONS = {8, 16, 32, 64};

    private Numbers() {}

    /** Best first, by the last column. */
    static String table(List<Curve> curves) {
        String rows = curves.stream()
                .sorted(Comparator.comparingDouble(Numbers::last))
                .map(curve -> row(curve.name(), IntStream.of(EVALUATIONS).mapToObj(curve::errorAt)
                        .map(Numbers::format).collect(Collectors.joining(" | "))))
                .collect(Collectors.joining());
        String head = IntStream.of(EVALUATIONS).mapToObj(String::valueOf).collect(Collectors.joining(" | "));
        return row("evaluations", head) + "|---" + "|---:".repeat(EVALUATIONS.length) + "|\n" + rows;
    }

    private static double last(Curve curve) {
        return curve.errorAt(EVALUATIONS[EVALUATIONS.length - 1]).orElse(Double.POSITIVE_INFINITY);
    }

    private static String format(OptionalDouble error) {
        return error.isEmpty() ? "" : String.format(Locale.ROOT, "%.2g", error.getAsDouble());
    }

    private static String row(String name, String cells) {
        return "| " + name + " | " + cells + " |\n";
    }
}

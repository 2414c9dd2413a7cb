package dev.pathline.benchmarks.steps;

import dev.pathline.engine.evaluation.report.Measurement;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.metrics.Estimate;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Markdown tables whose rows are methods and whose columns are numbers of evaluations. */
final class StepsTable {

    private final List<Method> methods;

    StepsTable(List<Method> methods) {
        this.methods = List.copyOf(methods);
    }

    /** Returns the table of a metric, each number with its 95% interval, below what real images get. */
    String of(Metric metric) {
        Estimate floor = methods.getFirst().report().floors().get(metric);
        String real = floor == null
                ? ""
                : "| *real images* | " + estimate(metric, floor) + " |" + " |".repeat(Method.EVALUATIONS.size() - 1)
                        + "\n";
        return table(real, measurement -> {
            Estimate estimate = measurement.metrics().get(metric);
            return estimate == null ? "" : estimate(metric, estimate);
        });
    }

    /** Returns the table of samples a second, the rows of guidance counted in. */
    String speeds() {
        return table("", measurement -> String.format(Locale.ROOT, "%.0f",
                methods.getFirst().report().identity().samples() / measurement.seconds()));
    }

    private String table(String first, Function<Measurement, String> cell) {
        String head = Method.EVALUATIONS.stream().map(String::valueOf)
                .collect(Collectors.joining(" | ", "| | ", " |\n"));
        String rule = "|---|" + "---|".repeat(Method.EVALUATIONS.size()) + "\n";
        return head + rule + first + methods.stream().map(method -> row(method, cell)).collect(Collectors.joining());
    }

    private static String row(Method method, Function<Measurement, String> cell) {
        return Method.EVALUATIONS.stream().map(evaluations -> method.of(evaluations).map(cell).orElse(""))
                .collect(Collectors.joining(" | ", "| " + method.name() + " | ", " |\n"));
    }

    private static String estimate(Metric metric, Estimate estimate) {
        String digits = metric.factor() == 1 ? "%.3f (%.3f to %.3f)" : "%.1f (%.1f to %.1f)";
        return String.format(Locale.ROOT, digits, metric.factor() * estimate.value(), metric.factor() * estimate.low(),
                metric.factor() * estimate.high());
    }
}

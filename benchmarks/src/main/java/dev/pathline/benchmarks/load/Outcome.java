package dev.pathline.benchmarks.load;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a server did.
 *
 * @param answers in no order
 * @param seconds in which they came
 * @param probed by how much a meter grew meanwhile
 */
public record Outcome(List<Server.Answer> answers, double seconds, double probed) {

    /** Takes a copy of the answers. */
    public Outcome {
        answers = List.copyOf(answers);
    }

    /** Returns finished requests, of one image each, per second. */
    public double imagesPerSecond() {
        return answers.size() / seconds;
    }

    /** Returns rows of network evaluation per second. */
    public double rowsPerSecond() {
        return answers.stream().mapToLong(Server.Answer::rows).sum() / seconds;
    }

    /** Returns a percentile of a number of the answers, such as 95. */
    public double percentile(double percent, ToDoubleFunction<Server.Answer> number) {
        double[] sorted = answers.stream().mapToDouble(number).sorted().toArray();
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1, Math.floor(percent / 100 * sorted.length))];
    }

    /** Returns a line of a Markdown table: images and rows a second, median and 95th percentile latency. */
    public String row(String name) {
        return String.format(Locale.ROOT, "| %s | %.1f | %.0f | %.0f | %.0f |", name, imagesPerSecond(),
                rowsPerSecond(), percentile(50, Server.Answer::millis), percentile(95, Server.Answer::millis));
    }
}

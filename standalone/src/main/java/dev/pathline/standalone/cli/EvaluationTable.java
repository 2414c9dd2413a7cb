package dev.pathline.standalone.cli;

import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.trainer.evaluation.EvaluationReport;
import java.util.List;
import java.util.Locale;

/** A report as a small table for people. */
final class EvaluationTable {

    private EvaluationTable() {}

    static String of(EvaluationReport r) {
        var text = new StringBuilder();
        line(text, "%s, version %s: %d samples of %s, %d steps, guidance %s, seed %d, %s (%.0f s, %.0f rows/s)",
                r.model().name(), r.model().version(), r.samples(), r.solver(), r.steps(), number(r.cfgScale()),
                r.seed(), r.profile(), r.seconds(), r.rows() / r.seconds());
        text.append('\n');
        line(text, "Called their own class by %s, in %%", r.classifier().name());
        line(text, "%-14s %12s %12s   %s", "", "samples", "test images", "samples most often taken for");
        List<String> classes = r.model().classes();
        for (int i = 0; i < classes.size(); i++) {
            int wrong = r.onSamples().mostMistakenFor(i);
            line(text, "%-14s %12s %12s   %s", classes.get(i), share(r.onSamples(), i), share(r.onReal(), i),
                    wrong < 0 ? "" : classes.get(wrong) + " (" + r.onSamples().count(i, wrong) + ")");
        }
        line(text, "%-14s %12.1f %12.1f   of %d samples, %d test images", "all", 100 * r.onSamples().share(),
                100 * r.onReal().share(), r.onSamples().total(), r.onReal().total());
        text.append('\n');
        line(text, "CNN Frechet distance from the test set (%d images), in the classifier's features", r.realImages());
        line(text, "%-28s %10.4f", r.samples() + " samples", r.distance());
        line(text, "%-28s %10.4f   the floor: what real images get at this count", r.samples() + " training images",
                r.floor());
        return text.toString();
    }

    private static String share(ClassAccuracy accuracy, int i) {
        return accuracy.total(i) == 0 ? "-" : String.format(Locale.ROOT, "%.1f", 100 * accuracy.share(i));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
    }
}

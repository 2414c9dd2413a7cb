package dev.pathline.benchmarks.steps;

import dev.pathline.benchmarks.measure.MarkedPage;
import dev.pathline.engine.evaluation.report.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the tables and the picture of {@code docs/one-or-many.md}. */
public final class OneOrManyPage {

    private static final String NAME = "one-or-many";

    private OneOrManyPage() {}

    /**
     * Writes what was measured of some methods.
     *
     * @param docs the folder of the page and of {@code images}
     * @param methods each {@code NAME=CHECKPOINT=REPORT}
     * @throws IOException if a report or the page cannot be read, or a file cannot be written
     */
    public static void write(Path docs, List<String> methods) throws IOException {
        var all = new ArrayList<Method>();
        for (String method : methods) {
            all.add(Method.read(method));
        }
        var table = new StepsTable(all);
        var page = new MarkedPage(docs.resolve(NAME + ".md"));
        page.fill("frechet", table.of(Metric.FRECHET));
        page.fill("recall", table.of(Metric.RECALL));
        page.fill("classes", table.of(Metric.OWN_CLASS));
        page.fill("speed", table.speeds());
        new StepsPicture(all).write(docs.resolve("images/" + NAME + ".png"));
    }
}

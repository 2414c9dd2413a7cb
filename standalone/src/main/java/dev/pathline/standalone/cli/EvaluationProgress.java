package dev.pathline.standalone.cli;

import dev.pathline.engine.evaluation.EvaluationListener;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.EvaluationSetting;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Prints how many samples are made: a line that is redrawn on a terminal, a line now and then elsewhere. */
final class EvaluationProgress implements EvaluationListener {

    private static final int LINES = 5;

    private final PrintStream out;
    private final boolean terminal;
    private final Consumer<EvaluationReport> keeper;
    private long start = System.nanoTime();
    private int printed;

    /** @param keeper gets the report after each setting */
    EvaluationProgress(PrintStream out, boolean terminal, Consumer<EvaluationReport> keeper) {
        this.out = out;
        this.terminal = terminal;
        this.keeper = keeper;
    }

    @Override
    public void begins(String what) {
        out.println(what);
    }

    @Override
    public void setting(EvaluationSetting setting, int index, int of, boolean known) {
        out.printf(Locale.ROOT, "%d of %d: %s%s%n", index + 1, of, EvaluationTable.name(setting),
                known ? ", known already" : "");
        start = System.nanoTime();
        printed = 0;
    }

    @Override
    public void sampled(int done, int of) {
        double seconds = (System.nanoTime() - start) / 1e9;
        String line = String.format(Locale.ROOT, "%d of %d samples, %ds left", done, of,
                Duration.ofMillis(Math.round(1000 * seconds * (of - done) / done)).toSeconds());
        if (terminal) {
            out.print("\r" + line + "   " + (done == of ? "\n" : ""));
            out.flush();
        } else if (done * LINES / of > printed) {
            printed = done * LINES / of;
            out.println(line);
        }
    }

    @Override
    public void measured(EvaluationReport report) {
        keeper.accept(report);
    }
}

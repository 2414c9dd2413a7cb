package dev.pathline.standalone.cli;

import dev.pathline.trainer.evaluation.ModelEvaluation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Prints how many samples are made: a line that is redrawn on a terminal, a line now and then elsewhere. */
final class EvaluationProgress implements ModelEvaluation.Listener {

    private static final int LINES = 10;

    private final PrintStream out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private int printed;

    EvaluationProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
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
}

package dev.pathline.standalone.cli;

import dev.pathline.trainer.run.RunListener;
import dev.pathline.engine.metrics.Estimate;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Prints a run's progress: a bar that is redrawn on a terminal, a line now and then elsewhere. */
final class TrainingProgress implements RunListener {

    private static final int BAR = 24;
    private static final int LINES_BETWEEN = 10;

    private final PrintStream out;
    private final boolean terminal;
    private int reports;
    private boolean barShown;

    TrainingProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void started(long step) {
        if (step > 0) {
            line("going on after step " + step);
        }
    }

    @Override
    public void progressed(Progress p) {
        boolean last = p.step() == p.steps();
        if (terminal) {
            int filled = (int) (BAR * p.step() / p.steps());
            out.print("\r" + "█".repeat(filled) + "░".repeat(BAR - filled) + " " + describe(p) + (last ? "\n" : " "));
            out.flush();
            barShown = !last;
        } else if (reports++ % LINES_BETWEEN == 0 || last) {
            out.println(describe(p));
        }
    }

    @Override
    public void prepared(String what, long done, long of) {
        line(String.format(Locale.ROOT, "%s: %,d of %,d", what, done, of));
    }

    @Override
    public void sheet(Path file) {
        line("sample sheet: " + file);
    }

    @Override
    public void evaluated(long step, Estimate distance, Estimate floor) {
        line(String.format(Locale.ROOT,
                "CNN Frechet distance at step %d: %.2f (%.2f to %.2f); as many real images: %.2f",
                step, distance.value(), distance.low(), distance.high(), floor.value()));
    }

    @Override
    public void blocked(String reason) {
        line("waiting: " + reason);
    }

    @Override
    public void unblocked() {
        line("it could be written, and goes on");
    }

    @Override
    public void warning(String message) {
        line("warning: " + message);
    }

    /** Prints a line of its own, below the bar if there is one. */
    void line(String text) {
        if (barShown) {
            out.println();
            barShown = false;
        }
        out.println(text);
        out.flush();
    }

    private static String describe(Progress p) {
        return String.format(Locale.ROOT, "step %d/%d  loss %.4f  grad %.2f  %.0f images/s  %s left", p.step(),
                p.steps(),
                p.loss(), p.gradientNorm(), p.samplesPerSecond(), duration(p.etaSeconds()));
    }

    private static String duration(double seconds) {
        var d = Duration.ofSeconds(Math.round(seconds));
        return d.toHours() > 0
                ? String.format(Locale.ROOT, "%dh %02dm", d.toHours(), d.toMinutesPart())
                : String.format(Locale.ROOT, "%dm %02ds", d.toMinutes(), d.toSecondsPart());
    }
}

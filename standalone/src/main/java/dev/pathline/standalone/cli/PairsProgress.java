package dev.pathline.standalone.cli;

import dev.pathline.engine.data.trajectory.TrajectoryMaker;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Prints how many trajectories are made: a line that is redrawn on a terminal, a line now and then elsewhere. */
final class PairsProgress implements TrajectoryMaker.Progress {

    private static final int LINES = 20;

    private final PrintStream out;
    private final boolean terminal;
    private volatile boolean stopped;
    private volatile int done;
    private int before = -1;
    private long start;
    private int printed;
    private boolean open;

    PairsProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Asks the work to end; any thread may. */
    void stop() {
        stopped = true;
    }

    @Override
    public boolean stopped() {
        return stopped;
    }

    /** Returns how many are on the disk. */
    int done() {
        return done;
    }

    @Override
    public void kept(int kept, int of) {
        done = kept;
        if (before < 0) {
            before = kept;
            start = System.nanoTime();
            printed = (int) ((long) kept * LINES / of);
            if (kept > 0) {
                line(String.format(Locale.ROOT, "%,d of %,d are there already", kept, of));
            }
            return;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = (kept - before) / seconds;
        Duration left = Duration.ofSeconds(Math.round((of - kept) / rate));
        String text = String.format(Locale.ROOT, "%,d of %,d trajectories, %.1f/s, %dm %02ds left", kept, of, rate,
                left.toMinutes(), left.toSecondsPart());
        int lines = (int) ((long) kept * LINES / of);
        if (terminal) {
            out.print("\r" + text + "   ");
            out.flush();
            open = true;
        } else if (lines > printed) {
            printed = lines;
            out.println(text);
        }
    }

    /** Prints a line of its own. */
    void line(String text) {
        if (open) {
            out.println();
            open = false;
        }
        out.println(text);
        out.flush();
    }
}

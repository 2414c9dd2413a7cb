package dev.pathline.trainer.report;

import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.delivery.BuildCommit;
import dev.pathline.trainer.run.RunListener;
import dev.pathline.trainer.report.RunHistory.Event;
import dev.pathline.trainer.report.RunHistory.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes what happens to a run into its folder, a line each: {@code RUN/progress.jsonl}. {@link RunHistory} reads it, at
 * any time, also while it is written.
 *
 * <p>It never fails. While the disk refuses, lines wait in memory, the newest of them, and are written when it takes
 * them again. The file is bounded: when there are too many reports, all but the newest are put together to means over
 * equal shares of the steps.
 */
public final class RunLog implements RunListener {

    /** The log's name in a run's folder. */
    public static final String FILE = "progress.jsonl";

    private static final System.Logger LOG = System.getLogger(RunLog.class.getName());
    private static final Pattern SHEET = Pattern.compile("step-(\\d{1,18})\\.png");

    private final Path run;
    private final LogFile file;
    private final Clock clock;
    private final LogBounds bounds;
    private final List<String> waiting = new ArrayList<>();
    private long step;
    private boolean begun;
    private boolean refused;

    /**
     * A log in a run's folder. Nothing is written before the run starts, so that a process which finds the run taken
     * leaves no trace in it.
     */
    public RunLog(Path run) {
        this(run, Clock.systemUTC(), LogBounds.usual());
    }

    RunLog(Path run, Clock clock, LogBounds bounds) {
        this.run = run;
        this.file = new LogFile(run.resolve(FILE));
        this.clock = clock;
        this.bounds = bounds;
    }

    @Override
    public synchronized void started(long from) {
        begun = true;
        step = from;
        event(Kind.STARTED, BuildCommit.id());
    }

    @Override
    public synchronized void progressed(Progress progress) {
        // A report that does not go on from the one before would stand for no step at all.
        long since = Math.min(step, progress.step() - 1);
        step = progress.step();
        write(new ProgressPoint(clock.instant(), since, progress.step(), progress.steps(), progress.loss(),
                progress.gradientNorm(), progress.samplesPerSecond(), progress.byNoise()));
    }

    @Override
    public synchronized void snapshot(long at) {
        write(new Event(Kind.SNAPSHOT, clock.instant(), at, ""));
    }

    @Override
    public synchronized void sheet(Path sheet) {
        String name = sheet.getFileName().toString();
        Matcher matcher = SHEET.matcher(name);
        write(new Event(Kind.SHEET, clock.instant(), matcher.matches() ? Long.parseLong(matcher.group(1)) : step,
                name));
    }

    @Override
    public synchronized void warning(String message) {
        event(Kind.WARNING, message);
    }

    @Override
    public synchronized void blocked(String reason) {
        event(Kind.BLOCKED, reason);
    }

    @Override
    public synchronized void unblocked() {
        event(Kind.UNBLOCKED, "");
    }

    @Override
    public synchronized void steppedBack(long to, String reason) {
        step = to;
        event(Kind.STEPPED_BACK, reason);
    }

    /** The training was stopped, and can go on. */
    public synchronized void stopped(String how) {
        event(Kind.STOPPED, how);
    }

    /** The training was stopped, and does not go on. */
    public synchronized void cancelled() {
        event(Kind.CANCELLED, "");
    }

    /** The result is written. */
    public synchronized void succeeded(String summary) {
        event(Kind.SUCCEEDED, summary);
    }

    /** The run failed. */
    public synchronized void failed(String reason) {
        event(Kind.FAILED, reason);
    }

    /** Whether the run has started since this log was made; before, nothing is written. */
    synchronized boolean begun() {
        return begun;
    }

    private void event(Kind kind, String text) {
        write(new Event(kind, clock.instant(), step, text));
    }

    private void write(LogLine line) {
        if (!begun) {
            return;
        }
        waiting.add(LogJson.write(line));
        try {
            file.append(waiting);
            waiting.clear();
            refused = false;
            bounds.keep(run, file);
        } catch (IOException | RuntimeException e) {
            if (waiting.size() > bounds.points()) {
                waiting.removeFirst();
            }
            if (!refused) {
                LOG.log(System.Logger.Level.WARNING, "the log of a run waits until it can be written: "
                        + (e instanceof IOException io ? WriteFailure.reason(io) : e.toString()));
            }
            refused = true;
        }
    }
}

package dev.pathline.trainer.run;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.trainer.life.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Hears a stage of a chain, and tells of the chain: steps are counted over all stages, and only the last stage's result is
 * delivered. Sheets are shown where those of a run are.
 */
final class StageListener implements RunListener {

    private final RunListener chain;
    private final Path run;
    private final long before;
    private final long after;
    private final boolean last;

    /**
     * @param chain hears of the chain
     * @param run the chain's folder
     * @param before the steps of the stages before this one
     * @param after the steps of the stages behind it
     */
    StageListener(RunListener chain, Path run, long before, long after) {
        this.chain = chain;
        this.run = run;
        this.before = before;
        this.after = after;
        this.last = after == 0;
    }

    @Override
    public void started(long step) {
        chain.started(before + step);
    }

    @Override
    public void progressed(Progress p) {
        double pace = p.steps() > p.step() ? p.etaSeconds() / (p.steps() - p.step()) : 0;
        chain.progressed(new Progress(before + p.step(), before + p.steps() + after, p.loss(), p.gradientNorm(),
                p.samplesPerSecond(), p.etaSeconds() + after * pace, p.byNoise()));
    }

    @Override
    public void snapshot(long step) {
        chain.snapshot(before + step);
    }

    @Override
    public void blocked(String reason) {
        chain.blocked(reason);
    }

    @Override
    public void unblocked() {
        chain.unblocked();
    }

    @Override
    public void steppedBack(long step, String reason) {
        chain.steppedBack(before + step, reason);
    }

    @Override
    public boolean wantsAverages(long step) {
        return chain.wantsAverages(before + step);
    }

    @Override
    public void averages(long step, Map<String, TensorData> averages) {
        chain.averages(before + step, averages);
    }

    @Override
    public boolean delivers() {
        return !last || chain.delivers();
    }

    @Override
    public void undelivered() {
        if (last) {
            chain.undelivered();
        }
    }

    @Override
    public void prepared(String what, long done, long of) {
        chain.prepared(what, done, of);
    }

    @Override
    public void sheet(Path file) {
        long step = before + RunFiles.sheetStep(file).orElse(0L);
        Path shown = RunFiles.sheet(run, step);
        try {
            AtomicFiles.write(shown, Files.readAllBytes(file));
            chain.sheet(shown);
        } catch (IOException e) {
            chain.warning("the sample sheet " + file + " cannot be shown with the run's: " + e.getMessage());
        }
    }

    @Override
    public void evaluated(long step, Estimate distance, Estimate floor) {
        chain.evaluated(before + step, distance, floor);
    }

    @Override
    public void warning(String message) {
        chain.warning(message);
    }
}

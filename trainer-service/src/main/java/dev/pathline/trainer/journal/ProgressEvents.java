package dev.pathline.trainer.journal;

import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.common.wire.TrainingRunEvent.NoiseLevel;
import dev.pathline.engine.training.TrainingListener.NoiseLevelLoss;
import dev.pathline.engine.training.TrainingListener.Progress;
import dev.pathline.trainer.report.ProgressPoint;
import java.util.List;

/** A trainer's reports as clients see them, live and out of the log. */
public final class ProgressEvents {

    private ProgressEvents() {}

    /** A report that was just made. */
    public static TrainingRunEvent.Progress of(Progress p, int batch) {
        return new TrainingRunEvent.Progress(p.step(), p.steps(), p.step() * batch, p.loss(), p.gradientNorm(),
                p.samplesPerSecond(), Double.isFinite(p.etaSeconds()) ? Math.round(1000 * p.etaSeconds()) : null,
                levels(p.byNoise()));
    }

    /** A point of the log; what was left at the time is not in it. */
    public static TrainingRunEvent.Progress of(ProgressPoint p, int batch) {
        return new TrainingRunEvent.Progress(p.step(), p.steps(), p.step() * batch, p.loss(), p.gradientNorm(),
                p.imagesPerSecond(), null, levels(p.byNoise()));
    }

    private static List<NoiseLevel> levels(List<NoiseLevelLoss> byNoise) {
        return byNoise.stream().map(level -> new NoiseLevel(level.from(), level.to(), level.rows(), level.loss()))
                .toList();
    }
}

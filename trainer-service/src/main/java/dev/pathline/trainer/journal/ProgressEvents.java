package dev.pathline.trainer.journal;

import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.common.wire.TrainingRunEvent.NoiseLevel;
import dev.pathline.engine.training.TrainingListener.NoiseLevelLoss;
import dev.pathline.engine.training.TrainingListener.Progress;
import java.util.List;

/** A trainer's reports as clients see them. */
public final class ProgressEvents {

    private ProgressEvents() {}

    /** A report that was just made. */
    public static TrainingRunEvent.Progress of(Progress p, int batch) {
        return new TrainingRunEvent.Progress(p.step(), p.steps(), p.step() * batch, p.loss(), p.gradientNorm(),
                p.samplesPerSecond(), Double.isFinite(p.etaSeconds()) ? Math.round(1000 * p.etaSeconds()) : null,
                levels(p.byNoise()));
    }

    private static List<NoiseLevel> levels(List<NoiseLevelLoss> byNoise) {
        return byNoise.stream().map(level -> new NoiseLevel(level.from(), level.to(), level.rows(), level.loss()))
                .toList();
    }
}

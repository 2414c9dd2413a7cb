package dev.pathline.trainer.specification.objective;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.SubVp;
import dev.pathline.diffusion.schedule.VarianceExploding;
import dev.pathline.diffusion.schedule.VpCosine;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;

/**
 * Denoising score matching in continuous time, {@code |sigma s + eps|^2}; the likelihood weighting makes it a bound of
 * the likelihood.
 *
 * <p>Sources: Song and Ermon, arXiv 1907.05600; Song et al., arXiv 2011.13456, equation 7; Song et al., arXiv 2101.09258.
 */
final class ScoreMatchingType implements ObjectiveType {

    @Override
    public String word() {
        return "score-matching";
    }

    @Override
    public ObjectiveSpec read(ObjectiveFields fields) {
        NoiseSchedule schedule = fields.schedule(
                List.of(VpLinear.NAME, VarianceExploding.NAME, SubVp.NAME, VpCosine.NAME));
        return fields.objective(schedule, fields.times(schedule), Prediction.SCORE, Preconditioning.Score::new, "plain",
                false);
    }
}

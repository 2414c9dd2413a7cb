package dev.pathline.trainer.specification.objective;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.VpCosine;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;

/**
 * The noise, the data or Salimans and Ho's v on a variance-preserving schedule.
 *
 * <p>Sources: Ho et al., arXiv 2006.11239, equation 14; Salimans and Ho, arXiv 2202.00512, section 4 and appendix D.
 *
 * @param word the word in a specification
 * @param prediction what is predicted
 * @param weighting the default weighting's word
 */
record DdpmType(String word, Prediction prediction, String weighting) implements ObjectiveType {

    static final DdpmType NOISE = new DdpmType("ddpm-noise", Prediction.NOISE, "plain");
    static final DdpmType DATA = new DdpmType("ddpm-data", Prediction.DATA, "truncated-snr");
    static final DdpmType V_PREDICTION = new DdpmType("v-prediction", Prediction.V_PREDICTION, "plain");

    @Override
    public ObjectiveSpec read(ObjectiveFields fields) {
        NoiseSchedule schedule = fields.schedule(
                List.of(Ddpm.LINEAR, Ddpm.SQUARED_COSINE, Ddpm.SCALED_LINEAR, VpLinear.NAME, VpCosine.NAME));
        return fields.objective(schedule, fields.times(schedule), prediction, sigmaData -> Preconditioning.NONE,
                weighting,
                false);
    }
}

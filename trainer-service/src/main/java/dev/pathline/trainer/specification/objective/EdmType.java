package dev.pathline.trainer.specification.objective;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;

/**
 * EDM: a denoiser behind a preconditioning that keeps the network's input and target of order one, at log-normal noise
 * levels; EDM2 learns the uncertainty of each level beside it.
 *
 * <p>Sources: Karras et al., arXiv 2206.00364, table 1; Karras et al., arXiv 2312.02696, section 2.2 and table 6.
 *
 * @param word the word in a specification
 * @param mean the default mean of {@code ln sigma}
 * @param std its default standard deviation
 * @param uncertain whether the uncertainty is learned by default
 */
record EdmType(String word, double mean, double std, boolean uncertain) implements ObjectiveType {

    static final EdmType EDM = new EdmType("edm", -1.2, 1.2, false);
    static final EdmType EDM2 = new EdmType("edm2", -0.8, 1.6, true);

    @Override
    public ObjectiveSpec read(ObjectiveFields fields) {
        NoiseSchedule schedule = fields.schedule(List.of(Edm.NAME));
        return fields.objective(schedule, fields.noiseLevels(mean, std), Prediction.DATA, Preconditioning.Edm::new,
                "edm",
                uncertain);
    }
}

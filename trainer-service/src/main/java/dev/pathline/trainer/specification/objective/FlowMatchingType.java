package dev.pathline.trainer.specification.objective;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpCosine;
import java.util.List;

/**
 * Flow matching: the velocity {@code alpha' x0 + sigma' eps}, on the straight path {@code eps - x0}.
 *
 * <p>Sources: Lipman et al., arXiv 2210.02747, equation 23; Liu et al., arXiv 2209.03003; for how times are drawn Esser
 * et al., arXiv 2403.03206, section 3.1.
 */
final class FlowMatchingType implements ObjectiveType {

    @Override
    public String word() {
        return "flow-matching";
    }

    @Override
    public ObjectiveSpec read(ObjectiveFields fields) {
        NoiseSchedule schedule = fields.schedule(List.of(RectifiedFlow.NAME, VpCosine.NAME));
        return fields.objective(schedule, fields.times(schedule), Prediction.VELOCITY,
                sigmaData -> Preconditioning.NONE,
                "plain", false);
    }
}

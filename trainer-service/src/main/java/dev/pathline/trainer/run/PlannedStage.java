package dev.pathline.trainer.run;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.trainer.delivery.Teaching;
import dev.pathline.trainer.specification.ModelCards;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import java.util.LinkedHashMap;

/** What a stage will end with, as far as that is known before it is trained: a card, and weights that are none yet. */
final class PlannedStage {

    private PlannedStage() {}

    static Checkpoint of(TrainingSpec spec, TrainingSpec.Task.Denoising task, Teaching teaching) {
        NetworkConfig config = task.network().config();
        var weights = new LinkedHashMap<String, TensorData>();
        for (Parameter parameter : config.build().parameters()) {
            weights.put(parameter.name(),
                    new TensorData(parameter.shape(), Initializer.values(parameter, spec.seed())));
        }
        return new Checkpoint(ModelCards.untrained(spec, task,
                teaching.known(ObjectiveSpec.TYPICAL_SIGMA_DATA, spec.steps())), config, weights);
    }
}

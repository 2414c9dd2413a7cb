package dev.pathline.engine;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.MixtureCheckpoints;
import java.util.List;
import java.util.stream.IntStream;

/** The distributions that networks and executors are tested on. */
public final class ClosedForms {

    public static final List<Component> MIXTURE = List.of(new Component(0.4, List.of(1.0, 0.5), 0.5),
            new Component(0.6, List.of(-0.8, -0.6), 0.7));

    private ClosedForms() {}

    /** The mixture with a class for each component, on any schedule. */
    public static Checkpoint mixture(NoiseSchedule schedule) {
        return MixtureCheckpoints.of(ModelCard
                .of("mixture", ModelKind.DIFFUSION, List.of(2), schedule.spec(), Prediction.DATA)
                .withClasses(List.of("right", "left"), true), MIXTURE);
    }

    /** A mixture in 64 dimensions on rectified flow, with a class for each component. */
    public static Checkpoint mixture64() {
        List<Double> right = IntStream.range(0, 64).mapToObj(i -> Math.cos(i)).toList();
        List<Double> left = IntStream.range(0, 64).mapToObj(i -> -Math.sin(i)).toList();
        return MixtureCheckpoints.of(ModelCard
                .of("mixture64", ModelKind.DIFFUSION, List.of(64), RectifiedFlow.DEFAULT.spec(), Prediction.DATA)
                .withClasses(List.of("right", "left"), true),
                List.of(new Component(0.4, right, 0.5), new Component(0.6, left, 0.7)));
    }
}

package dev.pathline.engine;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.MixtureCheckpoints;
import java.util.List;
import java.util.stream.IntStream;

/** The distributions that networks and executors are tested on. */
public final class ClosedForms {

    public static final List<Component> MIXTURE = List.of(new Component(0.4, List.of(1.0, 0.5), 0.5),
            new Component(0.6, List.of(-0.8, -0.6), 0.7));

    /** Another one in 64 dimensions. */
    public static final List<Component> MIXTURE_64 = List.of(new Component(0.4, wave(0), 0.5),
            new Component(0.6, wave(2), 0.7));

    private ClosedForms() {}

    private static List<Double> wave(double phase) {
        return IntStream.range(0, 64).mapToObj(i -> Math.cos(i + phase)).toList();
    }

    /** A mixture of two components with a class for each, on any schedule. */
    public static Checkpoint of(NoiseSchedule schedule, List<Component> components) {
        return MixtureCheckpoints.of(ModelCard.of("mixture", ModelKind.DIFFUSION,
                List.of(components.getFirst().mean().size()), schedule.spec(), Prediction.DATA)
                .withClasses(List.of("right", "left"), true), components);
    }
}

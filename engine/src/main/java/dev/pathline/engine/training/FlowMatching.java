package dev.pathline.engine.training;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import java.util.random.RandomGenerator;

/**
 * Flow matching on the straight path {@code x = (1 - t) x0 + t eps}: the network predicts the velocity
 * {@code eps - x0} (arXiv 2210.02747, eq. 23; arXiv 2209.03003).
 *
 * <p>The network's time is {@code 1000 t}, as in diffusers' flow-matching schedulers.
 *
 * @param times how times are drawn
 */
public record FlowMatching(TimeDistribution times) implements Objective {

    private static final double TIME_SCALE = 1000;

    @Override
    public Row draw(RandomGenerator random) {
        double t = times.sample(random);
        return new Row(1 - t, t, 1, TIME_SCALE * t, -1, 1, 1);
    }

    @Override
    public NoiseSchedule schedule() {
        return RectifiedFlow.DEFAULT;
    }

    @Override
    public Prediction prediction() {
        return Prediction.VELOCITY;
    }

    @Override
    public Preconditioning preconditioning() {
        return Preconditioning.NONE;
    }

    @Override
    public TimeInput timeInput() {
        return TimeInput.scaled(TIME_SCALE);
    }
}

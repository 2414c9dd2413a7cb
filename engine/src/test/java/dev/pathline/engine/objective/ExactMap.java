package dev.pathline.engine.objective;

import dev.pathline.diffusion.model.ClosedFormModel;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/** A model whose paths are known: what a network would compute that an objective has trained without error. */
public record ExactMap(ClosedFormModel model, Solution solution) {

    /** Where the probability-flow ODE takes a point. */
    public interface Solution {
        double[] at(double[] x, double t, double u);
    }

    static ExactMap of(GaussianModel model) {
        return new ExactMap(model, model::solution);
    }

    /** Paths by fine integration: the classical method of fourth order in evenly spaced steps. */
    static ExactMap integrated(ClosedFormModel model, int steps) {
        return new ExactMap(model, (x, t, u) -> {
            double[] y = x.clone();
            double h = (u - t) / steps;
            for (int i = 0; i < steps; i++) {
                double at = t + i * h;
                double[] k1 = velocity(model, y, at);
                double[] k2 = velocity(model, moved(y, k1, h / 2), at + h / 2);
                double[] k3 = velocity(model, moved(y, k2, h / 2), at + h / 2);
                double[] k4 = velocity(model, moved(y, k3, h), at + h);
                for (int j = 0; j < y.length; j++) {
                    y[j] += h / 6 * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]);
                }
            }
            return y;
        });
    }

    private static double[] velocity(ClosedFormModel model, double[] x, double t) {
        return model.velocity(x, t, Network.NO_LABEL);
    }

    private static double[] moved(double[] x, double[] along, double step) {
        double[] moved = x.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * along[i];
        }
        return moved;
    }

    /** The exact network of an objective. */
    RecipeExecutor.Field student(Objective objective) {
        NoiseSchedule schedule = objective.schedule();
        return (input, numbers, labelled) -> {
            double t = objective.timeInput().timeOf(schedule, numbers[0]);
            double[] x = scaled(input, 1 / objective.preconditioning().inputScale(schedule, t));
            return switch (objective.kind()) {
                case DIFFUSION -> output(x, model.predict(objective.prediction(), x, t, Network.NO_LABEL),
                        objective.preconditioning().prediction(schedule, t));
                case CONSISTENCY -> output(x, solution.at(x, t, clean(objective)), objective.prediction()
                        .toData(schedule, t).after(objective.preconditioning().prediction(schedule, t)));
                case FLOW_MAP -> {
                    double s = objective.targetInput().targetOf(objective.timeInput(), schedule, t, numbers[1]);
                    boolean still = Math.abs(t - s) < 1e-12
                            || (objective.targetInput() == TargetInput.LEVEL && numbers[1] == 7);
                    Prediction field = objective.prediction() == Prediction.AVERAGE_VELOCITY
                            ? Prediction.VELOCITY
                            : objective.prediction();
                    yield still
                            ? output(x, model.predict(field, x, t, Network.NO_LABEL),
                                    objective.preconditioning().prediction(schedule, t))
                            : output(x, solution.at(x, t, s), objective.prediction().toEndpoint(schedule, t, s)
                                    .after(objective.preconditioning().prediction(schedule, t)));
                }
            };
        };
    }

    /** The noise level that a consistency function takes for clean. */
    static double clean(Objective objective) {
        return objective.preconditioning() instanceof Preconditioning.Consistency wrapping
                ? objective.schedule().timeOfHalfLogSnr(-Math.log(wrapping.sigmaMin()))
                : 0;
    }

    private static double[] output(double[] x, double[] value, Affine map) {
        double[] output = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            output[i] = (value[i] - map.x() * x[i]) / map.output();
        }
        return output;
    }

    private static double[] scaled(double[] x, double factor) {
        double[] scaled = x.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }
}

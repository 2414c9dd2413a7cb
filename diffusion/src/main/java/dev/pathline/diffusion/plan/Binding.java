package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/** Turns the stages of one solver plan into those of one model. */
record Binding(
        ModelCard card,
        NoiseSchedule schedule,
        HistoryKind history,
        Guidance guidance,
        ValueOperation operation) {

    Stage bind(SolverStage stage) {
        Evaluation evaluation = stage.evaluation();
        return new Stage(stage.step(), evaluation == null ? null : call(evaluation), stage.nextX(), stage.nextY());
    }

    private NetworkCall call(Evaluation evaluation) {
        double t = evaluation.time();
        double target = evaluation.target();
        double noiseRatio = schedule.noiseRatio(t);
        Affine prediction = card.preconditioning().prediction(schedule, t);
        Affine data = card.prediction().toData(schedule, t).after(prediction);
        Value value = value(t, prediction, data);
        if (!value.isFinite() || !Double.isFinite(data.x() + data.output())) {
            throw new IllegalArgumentException("model '" + card.name() + "' predicts " + card.prediction()
                    + ", which does not determine the data at t = " + t + ", where alpha = " + schedule.alpha(t));
        }
        return new NetworkCall(
                card.timeInput().of(schedule, t),
                Double.isNaN(target) ? Double.NaN : card.timeInput().of(schedule, target),
                card.preconditioning().inputScale(schedule, t),
                guidance.scaleAt(noiseRatio),
                value.r, value.s, value.p, value.q,
                operation,
                data.x(), data.output(),
                noiseRatio);
    }

    /**
     * The operation acts on {@code x_0}. Where it does nothing, noise is had from the network's output directly: the way
     * over {@code x_0} would divide by {@code alpha} and multiply by it again, and lose everything as alpha goes to 0.
     */
    private Value value(double t, Affine prediction, Affine data) {
        if (history == HistoryKind.DATA) {
            return new Value(0, 1, data.x(), data.output());
        }
        if (operation instanceof ValueOperation.Identity) {
            Affine noise = card.prediction().toNoise(schedule, t).after(prediction);
            return new Value(0, 1, noise.x(), noise.output());
        }
        double sigma = schedule.sigma(t);
        return new Value(1 / sigma, -schedule.alpha(t) / sigma, data.x(), data.output());
    }

    /** {@code m = r*x + s*op(p*x + q*F)}. */
    private record Value(
            double r,
            double s,
            double p,
            double q) {

        boolean isFinite() {
            return Double.isFinite(r + s + p + q);
        }
    }
}

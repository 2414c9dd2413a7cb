package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/** Turns the evaluations of one solver plan into the calls of one model's network. */
record CallBinding(
        ModelCard card,
        NoiseSchedule schedule,
        HistoryKind history,
        Guidance guidance,
        ValueOperation operation) {

    NetworkCall bind(Evaluation evaluation) {
        double t = evaluation.time();
        double target = target(evaluation);
        double noiseRatio = schedule.noiseRatio(t);
        double scale = guidance.scaleAt(noiseRatio);
        // A network that guides itself does so in one row.
        boolean plain = card.guidance() instanceof ModelGuidance.ClassifierFree;
        double rescale = plain ? guidance.rescaleAt(noiseRatio) : 0;
        Affine prediction = card.preconditioning().prediction(schedule, t);
        Affine data = data(t, target).after(prediction);
        boolean linear = rescale == 0 && operation instanceof ValueOperation.Identity;
        Value value = value(t, Double.isNaN(target) ? 0 : target, linear, prediction);
        if (!value.isFinite() || !Double.isFinite(data.x() + data.output())) {
            throw new IllegalArgumentException("model '" + card.name() + "' predicts " + card.prediction()
                    + ", which does not determine the data at t = " + t + ", where alpha = " + schedule.alpha(t));
        }
        return new NetworkCall(
                card.timeInput().of(schedule, t),
                Double.isNaN(target) ? Double.NaN : card.targetInput().of(card.timeInput(), schedule, t, target),
                card.guidance() instanceof ModelGuidance.Input ? scale : Double.NaN,
                card.preconditioning().inputScale(schedule, t),
                plain ? scale : 1,
                rescale,
                data.x(), data.output(),
                operation,
                value.x, value.output, value.data,
                noiseRatio);
    }

    /** The data that a jump stands for are those of its own end; an average velocity says nothing of the field. */
    private Affine data(double t, double target) {
        return Double.isNaN(target)
                ? card.prediction().toData(schedule, t)
                : card.prediction().toData(schedule, t, target);
    }

    /** The second time of a flow map, which is its first where a solver wants the instantaneous field; NaN for others. */
    private double target(Evaluation evaluation) {
        boolean jumps = !Double.isNaN(evaluation.target());
        if (card.kind() == ModelKind.FLOW_MAP) {
            return jumps ? evaluation.target() : evaluation.time();
        }
        if (jumps != (card.kind() == ModelKind.CONSISTENCY) || (jumps && !isClean(evaluation.target()))) {
            throw new IllegalArgumentException("model '" + card.name() + "' is of kind " + card.kind() + " and cannot "
                    + (jumps
                            ? "jump from t = " + evaluation.time() + " to t = " + evaluation.target()
                            : "be used as an instantaneous field"));
        }
        return Double.NaN;
    }

    /** Whether a consistency function's jumps end at {@code target}: the noise level that counts as clean, or below. */
    private boolean isClean(double target) {
        double clean = card.preconditioning() instanceof Preconditioning.Consistency wrapping ? wrapping.sigmaMin() : 0;
        return schedule.noiseRatio(target) <= clean;
    }

    /**
     * Where nothing is done to {@code x_0}, the value is had from the network's output directly: the way over {@code x_0}
     * would divide by {@code alpha} and multiply by it again, and lose everything as alpha goes to 0. Where something is done
     * to it, a jump ends where it would have, moved by the weight of the data times what was done: {@code Psi + b (op(D) -
     * D)}. {@code D} being the data of the jump, that is {@code a x + b op(D)}.
     */
    private Value value(double t, double end, boolean linear, Affine prediction) {
        return switch (history) {
            case DATA -> new Value(0, 0, 1);
            case RAW_NOISE -> Value.ofOutput(card.prediction().toNoise(schedule, t).after(prediction));
            case NOISE -> linear
                    ? Value.ofOutput(card.prediction().toNoise(schedule, t).after(prediction))
                    : Value.ofData(Prediction.DATA.toNoise(schedule, t));
            case ENDPOINT -> linear
                    ? Value.ofOutput(card.prediction().toEndpoint(schedule, t, end).after(prediction))
                    : Value.ofData(Affine.dataStep(schedule, t, end));
        };
    }

    /** {@code m = x*X + output*F + data*D}. */
    private record Value(
            double x,
            double output,
            double data) {

        static Value ofOutput(Affine map) {
            return new Value(map.x(), map.output(), 0);
        }

        static Value ofData(Affine map) {
            return new Value(map.x(), 0, map.output());
        }

        boolean isFinite() {
            return Double.isFinite(x + output + data);
        }
    }
}

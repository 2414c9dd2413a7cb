package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.Registers;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import java.util.List;
import java.util.Objects;

/** Marches by the stages that a solver's step is compiled to, as a plan's executor does, but step by step. */
final class StagedMethod implements EmbeddedMethod {
    private final ModelField field;
    private final TimeSegment segment;
    private final Steps steps;
    private final double firstLength;
    private final StepControl control;
    private final Tolerances tolerances;
    private int evaluations;

    /**
     * A method for one segment.
     *
     * @param firstLength the length of the first attempt, in the segment's coordinate
     */
    StagedMethod(ModelField field, TimeSegment segment, Steps steps, double firstLength, StepControl control,
            Tolerances tolerances) {
        this.field = field;
        this.segment = segment;
        this.steps = steps;
        this.firstLength = firstLength;
        this.control = control;
        this.tolerances = tolerances;
    }

    /**
     * Steps that are compiled one by one.
     *
     * @param history data or noise
     * @param compiler makes the stages, of which each evaluates; after the last, {@code Y} is the lower order's result
     */
    record Steps(HistoryKind history, Compiler compiler) {
        /** Makes the stages of a step. */
        interface Compiler {
            List<SolverStage> stages(double t, double u);
        }
    }

    /** The prediction of {@code x_0}, from which that of the noise follows. */
    @Override
    public double[] value(double[] x, double position) {
        return data(x, segment.time(position));
    }

    private double[] data(double[] x, double t) {
        evaluations++;
        return field.predict(Prediction.DATA, x, t);
    }

    @Override
    public Attempt attempt(double[] x, double[] value, double position, double end) {
        var registers = new Registers(x);
        for (SolverStage stage : steps.compiler().stages(segment.time(position), segment.time(end))) {
            double t = Objects.requireNonNull(stage.evaluation(), "every stage evaluates").time();
            double[] data = t == segment.time(position) ? value : data(registers.x(), t);
            registers.remember(data, history(registers.x(), data, t));
            registers.update(stage.nextX(), stage.nextY(), stage.langevin(), new double[x.length]);
        }
        double[] higher = registers.x();
        double[] lower = registers.y();
        return new Attempt(higher, null, Vectors.combine(1, higher, -1, lower), lower);
    }

    private double[] history(double[] x, double[] data, double t) {
        if (steps.history() == HistoryKind.DATA) {
            return data;
        }
        Affine noise = Prediction.DATA.toNoise(field.schedule(), t);
        return Vectors.combine(noise.x(), x, noise.output(), data);
    }

    /** As DPM-Solver's authors have it: the larger of the two tolerances, where that of {@link Rk45} is their sum. */
    @Override
    public double scale(double before, double after) {
        return Math.max(tolerances.absolute(), tolerances.relative() * Math.max(Math.abs(before), Math.abs(after)));
    }

    @Override
    public double firstLength(double[] x, double[] value, double position, double end) {
        return firstLength;
    }

    @Override
    public StepControl control() {
        return control;
    }

    @Override
    public double time(double position) {
        return segment.time(position);
    }

    @Override
    public int evaluations() {
        return evaluations;
    }
}

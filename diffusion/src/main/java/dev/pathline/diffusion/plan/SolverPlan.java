package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.grid.GivenTimes;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.Objects;

/**
 * A solver compiled for a schedule and a time grid: weights and times only, for any model of that schedule.
 *
 * <p>It starts with {@code X = Y} at the grid's first time; after the last stage the result is {@code X}.
 *
 * @param solver the solver's name
 * @param schedule the schedule whose times and levels the weights are made from
 * @param timeGrid the outer steps
 * @param history what the weights of {@code M0..M3} multiply
 * @param stages the stages in order, at least one
 */
public record SolverPlan(
        String solver,
        NoiseSchedule schedule,
        TimeGrid timeGrid,
        HistoryKind history,
        List<SolverStage> stages) {

    /** @throws IllegalArgumentException if there is no stage or a weight is not finite */
    public SolverPlan {
        stages = List.copyOf(stages);
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("a plan needs at least one stage");
        }
        for (SolverStage stage : stages) {
            if (!stage.isFinite()) {
                throw new IllegalArgumentException("solver '" + solver + "' has no finite weights for step "
                        + stage.step() + " of the " + timeGrid.steps() + " of time grid '" + timeGrid.name()
                        + "' on schedule '" + schedule.name() + "'");
            }
        }
    }

    /** Returns the number of outer steps. */
    public int steps() {
        return timeGrid.steps();
    }

    /** Returns how often the model is evaluated, guidance not counted. */
    public int evaluations() {
        return (int) stages.stream().map(SolverStage::evaluation).filter(Objects::nonNull).count();
    }

    /**
     * Binds this plan to a model: its prediction, preconditioning and time input become scalars of each stage, and a
     * {@link LangevinStep} is that of samples of its shape.
     *
     * @param card the model; its schedule is this plan's
     * @param guidance where guidance is on, and how strong
     * @param options what is done to the predicted data, and what noise is used
     * @throws IllegalArgumentException if the card has another schedule, if the model cannot jump where the plan wants it
     *         to, or if the model's prediction says nothing about {@code x_0} at one of the times (noise and score where
     *         {@code alpha = 0}: zero terminal SNR)
     */
    public SamplingPlan bind(ModelCard card, Guidance guidance, BindOptions options) {
        if (!card.noiseSchedule().equals(schedule)) {
            throw new IllegalArgumentException("the plan is for schedule " + schedule + ", but model '" + card.name()
                    + "' has " + card.noiseSchedule());
        }
        var calls = new CallBinding(card, schedule, history, guidance, options.operation());
        var noise = new NoiseBinding(schedule, timeGrid, options.noise());
        return new SamplingPlan(
                solver,
                timeGrid.name(),
                GivenTimes.startsOf(timeGrid),
                steps(),
                guidance.scale(),
                schedule.priorScale(timeGrid.start()),
                stages.stream().map(stage -> bind(stage, calls, noise, card.dimension())).toList());
    }

    private static Stage bind(SolverStage stage, CallBinding calls, NoiseBinding noise, int dimension) {
        LangevinStep langevin = stage.langevin();
        Evaluation evaluation = stage.evaluation();
        return new Stage(
                stage.step(),
                evaluation == null ? null : calls.bind(evaluation),
                stage.nextX(),
                stage.nextY(),
                langevin == null ? null : langevin.of(dimension),
                stage.needsNoise() ? noise.next(stage.step()) : null);
    }
}

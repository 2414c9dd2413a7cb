package dev.pathline.engine.checkpoint.scheduler;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.diffusion.solver.Solvers;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a scheduler of diffusers says about a model.
 *
 * @param kind what the network computes
 * @param schedule the noise schedule
 * @param prediction what the network predicts, after preconditioning
 * @param preconditioning how the network is wrapped
 * @param timeInput the network's time coordinate
 * @param defaults how the scheduler samples
 */
public record SchedulerFacts(
        ModelKind kind,
        ScheduleSpec schedule,
        Prediction prediction,
        Preconditioning preconditioning,
        TimeInput timeInput,
        SamplingDefaults defaults) {

    /** Returns a card of an unconditional model with these facts. */
    public ModelCard card(String name, List<Integer> shape) {
        return ModelCard.of(name, kind, shape, schedule, prediction).withNetworkInput(preconditioning, timeInput)
                .withDefaults(defaults);
    }

    /** Returns whether a card says the same of its model, however it is sampled. */
    public boolean isModelOf(ModelCard card) {
        return equals(new SchedulerFacts(card.kind(), card.schedule(), card.prediction(), card.preconditioning(),
                card.timeInput(), defaults));
    }

    /** Returns whether a card recommends the same solver, time grid and threshold. */
    public boolean samplesAs(ModelCard card) {
        SamplingDefaults other = card.defaults();
        return defaults.solver().equals(other.solver()) && other.times() == null
                && grid(defaults, card.noiseSchedule()).equals(recommendedGrid(card))
                && Objects.equals(defaults.threshold(), other.threshold());
    }

    /** Returns the time grid that a card recommends: the one that it names, else its solver's own. */
    public static String recommendedGrid(ModelCard card) {
        return grid(card.defaults(), card.noiseSchedule());
    }

    private static String grid(SamplingDefaults defaults, NoiseSchedule schedule) {
        return Optional.ofNullable(defaults.timeGrid()).or(() -> Solvers.find(defaults.solver())
                .map(solver -> solver.info().defaultTimeGrid(schedule))).orElse("");
    }

    /** Returns these facts with our own recommendations for sampling. */
    SchedulerFacts withOwnDefaults() {
        return new SchedulerFacts(kind, schedule, prediction, preconditioning, timeInput, SamplingDefaults.of(kind));
    }
}

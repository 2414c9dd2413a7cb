package dev.pathline.engine.checkpoint.scheduler;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A schedule as diffusers' {@code trained_betas}: the betas of the whole numbers that its network takes as times, from 0 to the
 * one where sampling starts here. So Python starts there too, whatever its spacing, and a schedule that diffusers has no name
 * for can be sampled there.
 *
 * <p>Beside the list is said what it stands for, under a key that begins with an underscore, which Python passes over: the
 * list alone does not say which schedule it is.
 *
 * @param schedule the schedule
 * @param input how the network takes times
 */
record BetaTable(NoiseSchedule schedule, TimeInput.Scaled input) {

    private static final String BETAS = "trained_betas";
    private static final int MOST = 10_000;

    /** The number of digits that JSON carries is more; this is what another program's rounding may leave. */
    private static final double TOLERANCE = 1e-9;

    /** Returns the table of a model, or nothing where its schedule or its times have none. */
    static Optional<BetaTable> of(ModelCard card) {
        NoiseSchedule schedule = card.noiseSchedule();
        if (!schedule.variancePreserving() || !(card.timeInput() instanceof TimeInput.Scaled input)
                || input.factor() <= 0) {
            return Optional.empty();
        }
        // A discrete schedule is between its indices what a library makes of it: only those that were trained count.
        if (schedule instanceof Ddpm && !input.equals(new TimeInput.Scaled(schedule.trainingIndices(), -1))) {
            return Optional.empty();
        }
        var table = new BetaTable(schedule, input);
        return table.size() >= 2 && table.size() <= MOST ? Optional.of(table) : Optional.empty();
    }

    /** How many whole numbers there are from 0 to the time where sampling starts. */
    private int size() {
        return (int) Math.floor(Math.min(input.of(schedule, schedule.maxTime()) + 1e-6, MOST)) + 1;
    }

    private double[] betas() {
        double[] betas = new double[size()];
        double before = 1;
        for (int i = 0; i < betas.length; i++) {
            double t = input.timeOf(schedule, i);
            // Where 0 is clean data, half a step from there stands for it: its noise is divided by.
            double alpha = schedule.alpha(t > 0 ? t : input.timeOf(schedule, i + 0.5));
            betas[i] = 1 - alpha * alpha / before;
            before = alpha * alpha;
        }
        return betas;
    }

    /** Writes the list, its length and what it stands for. */
    void write(ObjectNode json) {
        double[] betas = betas();
        json.put("num_train_timesteps", betas.length);
        var list = json.putArray(BETAS);
        for (double beta : betas) {
            list.add(beta);
        }
        ObjectNode meaning = json.putObject(SchedulerConfig.PATHLINE);
        meaning.put("schedule", schedule.name());
        ObjectNode parameters = meaning.putObject("parameters");
        new TreeMap<>(schedule.spec().parameters()).forEach(parameters::put);
        meaning.put("timeFactor", input.factor());
        meaning.put("timeOffset", input.offset());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if the list is another program's, or is not that of the schedule that it names
     */
    static BetaTable read(ObjectNode json) {
        JsonNode meaning = json.path(SchedulerConfig.PATHLINE);
        if (!meaning.isObject()) {
            throw new IllegalArgumentException("a list of betas has no schedule here");
        }
        var parameters = new TreeMap<String, Double>();
        for (Map.Entry<String, JsonNode> parameter : meaning.path("parameters").properties()) {
            parameters.put(parameter.getKey(), parameter.getValue().asDouble(Double.NaN));
        }
        var table = new BetaTable(
                NoiseSchedules.of(new ScheduleSpec(meaning.path("schedule").asString(""), parameters)),
                new TimeInput.Scaled(meaning.path("timeFactor").asDouble(0), meaning.path("timeOffset").asDouble(0)));
        if (!table.isListedIn(json.path(BETAS))) {
            throw new IllegalArgumentException("it is not the list of " + table.schedule().name() + ", which "
                    + SchedulerConfig.PATHLINE + " says it is");
        }
        return table;
    }

    private boolean isListedIn(JsonNode list) {
        double[] betas = betas();
        if (list.size() != betas.length) {
            return false;
        }
        for (int i = 0; i < betas.length; i++) {
            if (!(Math.abs(list.get(i).asDouble(Double.NaN) - betas[i]) <= TOLERANCE)) {
                return false;
            }
        }
        return true;
    }
}

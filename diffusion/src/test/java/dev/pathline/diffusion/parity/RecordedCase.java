package dev.pathline.diffusion.parity;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one scheduler of diffusers did without a network, as {@code benchmarks/python/record_schedulers.py} wrote it.
 *
 * @param json the record
 */
record RecordedCase(JsonNode json) {

    /** The case with its number of steps. */
    String name() {
        return json.get("name").asString();
    }

    /** The case, of which there is one record for each number of steps. */
    String family() {
        return name().substring(0, name().lastIndexOf(", "));
    }

    String scheduler() {
        return json.get("scheduler").asString();
    }

    String prediction() {
        return json.get("prediction").asString();
    }

    /** How far the scheduler's float32 is from its float64. */
    double rounding() {
        return json.get("float32").asDouble();
    }

    /** The stochasticity, where the scheduler has such a setting. */
    OptionalDouble eta() {
        JsonNode eta = json.get("step").path("eta");
        return eta.isNumber() ? OptionalDouble.of(eta.asDouble()) : OptionalDouble.empty();
    }

    boolean clips() {
        return flag("clip_sample") || flag("clip_denoised");
    }

    boolean keepsRawNoise() {
        return scheduler().equals("DDIMScheduler") && !json.get("step").get("use_clipped_model_output").asBoolean();
    }

    /** The schedule in whose coordinates the samples are. */
    NoiseSchedule schedule() {
        return switch (json.get("coordinates").asString()) {
            case "ve" -> Edm.DEFAULT;
            case "flow" -> RectifiedFlow.DEFAULT;
            default -> discrete();
        };
    }

    private NoiseSchedule discrete() {
        String name = switch (json.get("config").path("beta_schedule").asString("linear")) {
            case "scaled_linear" -> Ddpm.SCALED_LINEAR;
            case "squaredcos_cap_v2" -> Ddpm.SQUARED_COSINE;
            default -> Ddpm.LINEAR;
        };
        return NoiseSchedules.of(
                new ScheduleSpec(name, Map.of("zeroTerminalSnr", flag("rescale_betas_zero_snr") ? 1.0 : 0.0)));
    }

    TimeGrid grid() {
        NoiseSchedule schedule = schedule();
        return new TimeGrid("recorded", StreamSupport.stream(json.get("sigmas").spliterator(), false)
                .mapToDouble(sigma -> time(schedule, sigma)).toArray());
    }

    private static double time(NoiseSchedule schedule, JsonNode sigma) {
        if (sigma.isNull()) {
            return schedule.maxTime();
        }
        return schedule instanceof Ddpm
                ? schedule.timeOfHalfLogSnr(-StrictMath.log(sigma.asDouble()))
                : sigma.asDouble();
    }

    /** One point for each trajectory. */
    List<double[]> start() {
        return points(json.get("start"));
    }

    /** For each evaluation, the points at which it was made. */
    List<List<double[]>> inputs() {
        return StreamSupport.stream(json.get("inputs").spliterator(), false).map(RecordedCase::points).toList();
    }

    List<double[]> end() {
        return points(json.get("final"));
    }

    private boolean flag(String option) {
        return json.get("config").path(option).asBoolean(false);
    }

    static List<double[]> points(@Nullable JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .map(point -> StreamSupport.stream(point.spliterator(), false).mapToDouble(JsonNode::asDouble)
                        .toArray())
                .toList();
    }
}

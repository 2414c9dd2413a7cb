package dev.pathline.engine.evaluation.report;

import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * How samples were made.
 *
 * @param solver the solver
 * @param timeGrid its time grid
 * @param steps its steps
 * @param cfgScale the guidance scale, 1 is off
 * @param options the other settings that were not left to the model, for people; empty if there were none
 * @param evaluations how often the network is evaluated for one sample, guidance not counted
 * @param rows how many rows of network evaluation one sample costs
 * @param planSha256 the hash of the plan, every coefficient of it: settings with one hash make the same samples
 */
public record EvaluationSetting(
        String solver,
        String timeGrid,
        int steps,
        double cfgScale,
        String options,
        int evaluations,
        int rows,
        String planSha256) {

    /** Returns the setting of a plan that was made for {@code asked}. */
    public static EvaluationSetting of(SamplingPlan plan, SamplingSettings asked) {
        return new EvaluationSetting(plan.solver(), plan.timeGrid(), plan.steps(), plan.cfgScale(),
                options(plan, asked),
                plan.evaluations(), plan.rows(), Hashes.sha256(plan.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static String options(SamplingPlan plan, SamplingSettings asked) {
        var options = new ArrayList<String>();
        add(options, "times", plan.times().isEmpty() ? null : plan.times());
        add(options, "guided in", asked.cfgInterval() == null
                ? null
                : asked.cfgInterval().low() + ":" + asked.cfgInterval().high());
        add(options, "rescale", asked.cfgRescale());
        asked.options().forEach((option, value) -> add(options, option.wire(), option.text(value)));
        add(options, "threshold", asked.threshold());
        add(options, "noise", asked.noise());
        return String.join(", ", options);
    }

    private static void add(ArrayList<String> options, String name, @Nullable Object value) {
        if (value != null) {
            options.add(name + " " + value);
        }
    }
}

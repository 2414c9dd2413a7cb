package dev.pathline.diffusion.planner;

import dev.pathline.diffusion.guidance.CfgInterval;
import org.jspecify.annotations.Nullable;

/**
 * What a request may ask of a sampler; null leaves the choice to the model's card.
 *
 * @param solver the solver's name
 * @param steps the number of outer steps, 1 to 1000
 * @param timeGrid the time grid's name
 * @param cfgScale the guidance scale {@code w} in {@code u + w (c - u)}, 0 to 30; 1 is off
 * @param cfgInterval where guidance is on, in {@code sigma / alpha}; null is everywhere
 * @param eta the stochasticity, 0 to 1, where the solver has it
 * @param threshold {@code none}, {@code clip} or {@code dynamic}: what is done to the prediction of {@code x_0}
 * @param conditional whether the sample has a label; without one there is nothing to guide towards, and the guidance
 *        scale is taken as 1 whatever it says
 */
public record SamplingSettings(
        @Nullable String solver,
        @Nullable Integer steps,
        @Nullable String timeGrid,
        @Nullable Double cfgScale,
        @Nullable CfgInterval cfgInterval,
        @Nullable Double eta,
        @Nullable String threshold,
        boolean conditional) {

    /** Returns the settings that leave everything to the card. */
    public static SamplingSettings defaults(boolean conditional) {
        return new SamplingSettings(null, null, null, null, null, null, null, conditional);
    }
}

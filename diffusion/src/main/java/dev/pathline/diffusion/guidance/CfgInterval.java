package dev.pathline.diffusion.guidance;

import dev.pathline.diffusion.card.InvalidSettingException;

/**
 * The noise levels {@code (low, high]}, in {@code sigma / alpha}, at which guidance is on.
 *
 * <p>Source: Kynkäänniemi et al., arXiv 2404.07724.
 *
 * @param low the lower end, at least 0, itself outside
 * @param high the upper end, above {@code low}, itself inside; infinite for no upper end
 */
public record CfgInterval(
        double low,
        double high) {

    /** Every noise level. */
    public static final CfgInterval ALWAYS = new CfgInterval(0, Double.POSITIVE_INFINITY);

    /** @throws InvalidSettingException for {@code cfgInterval}, if {@code 0 <= low < high} does not hold */
    public CfgInterval {
        if (!(low >= 0 && low < high)) {
            throw new InvalidSettingException("cfgInterval",
                    "The guidance interval must be [low, high] with 0 <= low < high, not [" + low + ", " + high + "].");
        }
    }

    /** Returns whether guidance is on at the noise level {@code sigma / alpha}, which may be infinite. */
    public boolean contains(double noiseRatio) {
        return noiseRatio > low && noiseRatio <= high;
    }
}

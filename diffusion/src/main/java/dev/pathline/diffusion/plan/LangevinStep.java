package dev.pathline.diffusion.plan;

import org.jspecify.annotations.Nullable;

/**
 * A step of Langevin dynamics whose size follows from the norms of the score and of the noise, sample by sample: with the
 * score {@code s = scoreFromX*X + scoreFromM0*M0} and the stage's noise {@code z}, both registers are moved by
 *
 * <pre>{@code delta s + sqrt(2 delta) z,   delta = rate (|z| / |s|)^2}</pre>
 *
 * <p>on top of their combinations. It is the corrector of Song et al., arXiv 2011.13456, algorithms 4 and 5, with
 * {@code rate = 2 a snr^2}; there the norms are means over the batch, here they are of one sample, so that a sample does
 * not depend on its neighbours. Where the score is 0 the step is 0.
 *
 * @param rate {@code 2 a snr^2}, positive
 * @param scoreFromX weight of the evaluated point in the score
 * @param scoreFromM0 weight of the newest value of the history in the score
 */
public record LangevinStep(
        double rate,
        double scoreFromX,
        double scoreFromM0) {

    /** Returns whether there is no step, or its weights are finite. */
    static boolean isFinite(@Nullable LangevinStep step) {
        return step == null || Double.isFinite(step.rate + step.scoreFromX + step.scoreFromM0);
    }
}

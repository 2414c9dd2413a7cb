package dev.pathline.diffusion.plan;

/** How the noise of a stochastic solver's stages is related. */
public enum StageNoise {
    /** Every stage has noise of its own. Another number of steps is then another sample. */
    INDEPENDENT,
    /**
     * The noise of all stages comes from one Brownian path a sample. With more steps a solver of an SDE then converges to
     * one sample, as that of an ODE does.
     */
    BROWNIAN
}

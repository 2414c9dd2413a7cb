package dev.pathline.diffusion.card;

/** What a network computes. */
public enum ModelKind {
    /** The instantaneous field at one time: any solver of the probability-flow ODE or its SDEs may integrate it. */
    DIFFUSION,
    /** The jump from any time to clean data: a consistency function, sampled in one or a few evaluations. */
    CONSISTENCY,
    /**
     * The jump from any time to any smaller one: MeanFlow, shortcut models, CTM. It is sampled in one or a few evaluations;
     * and since a jump of no length is the instantaneous field, every solver may integrate it too.
     */
    FLOW_MAP
}

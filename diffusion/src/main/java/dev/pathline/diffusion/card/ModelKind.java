package dev.pathline.diffusion.card;

/** What a network computes. */
public enum ModelKind {
    /** The instantaneous field at one time: any solver may integrate it. */
    DIFFUSION,
    /** A jump from one time to another: sampled in one or a few evaluations. */
    FLOW_MAP
}

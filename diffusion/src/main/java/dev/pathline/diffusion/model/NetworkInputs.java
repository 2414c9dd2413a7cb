package dev.pathline.diffusion.model;

/**
 * What a network takes beside the point of a sample, as its graph names it: the times and the scale of guidance, which a
 * solver's plan brings, and the sample's own conditions. What a network does not take has any value. Immutable.
 *
 * @param time the network's own time coordinate
 * @param target the second time of a flow map, in the coordinate of the card's {@code targetInput}, or NaN
 * @param guidance the scale of guidance, for a network that guides itself, or NaN
 * @param label a class index, or {@link Network#NO_LABEL}
 */
public record NetworkInputs(double time, double target, double guidance, int label) {

    /** Returns the inputs of a network with one time, at {@code time} and without conditions. */
    public static NetworkInputs at(double time) {
        return new NetworkInputs(time, Double.NaN, Double.NaN, Network.NO_LABEL);
    }

    /** Returns these inputs with another second time. */
    public NetworkInputs withTarget(double value) {
        return new NetworkInputs(time, value, guidance, label);
    }

    /** Returns these inputs with another scale of guidance. */
    public NetworkInputs withGuidance(double value) {
        return new NetworkInputs(time, target, value, label);
    }

    /** Returns these inputs with another class. */
    public NetworkInputs withLabel(int value) {
        return new NetworkInputs(time, target, guidance, value);
    }

    /** Returns these inputs without what the sample is to be: every condition has its value for none. */
    public NetworkInputs unconditional() {
        return withLabel(Network.NO_LABEL);
    }
}

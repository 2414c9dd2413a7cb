package dev.pathline.engine.script;

/**
 * In which numeric profile a model is computed, and why.
 *
 * @param profile the profile
 * @param origin who chose it
 * @param reason why, for people: a phrase without a full stop
 */
public record ProfileChoice(NumericProfile profile, Origin origin, String reason) {

    /** Who chose a profile. */
    public enum Origin {
        /** {@link ProfileRule}, by the device and the network. */
        RULE,
        /** A person, who had a measurement's result kept. */
        KEPT,
        /** The settings of a server or a command. */
        CONFIGURED
    }
}

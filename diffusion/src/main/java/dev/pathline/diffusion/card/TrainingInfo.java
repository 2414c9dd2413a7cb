package dev.pathline.diffusion.card;

/**
 * Where the weights come from; a field is empty, or 0, where it is unknown.
 *
 * @param run the training run's id
 * @param data the training data
 * @param imagesSeen how many samples were trained on, repetitions counted
 * @param gitCommit the commit of the code that trained
 * @param spec the training specification, as text or as a path
 */
public record TrainingInfo(
        String run,
        String data,
        long imagesSeen,
        String gitCommit,
        String spec) {

    /** Nothing is known. */
    public static final TrainingInfo UNKNOWN = new TrainingInfo("", "", 0, "", "");
}

package dev.pathline.diffusion.card;

/**
 * Where the weights come from; a field is empty, or 0, where it is unknown.
 *
 * @param run the training run's id
 * @param data the training data
 * @param imagesSeen how many samples were trained on, repetitions counted
 * @param gitCommit the commit of the code that trained
 * @param spec the training specification, as text or as a path
 * @param method what was trained on: the objective's word in a specification, such as {@code flow-matching}
 * @param teacher the model that it was distilled from, {@code name@version}; empty for one that had no teacher
 * @param teacherSha256 the SHA-256 of the teacher's weights, in hexadecimal
 */
public record TrainingInfo(
        String run,
        String data,
        long imagesSeen,
        String gitCommit,
        String spec,
        String method,
        String teacher,
        String teacherSha256) {

    /** Nothing is known. */
    public static final TrainingInfo UNKNOWN = new TrainingInfo("", "", 0, "", "");

    /** An origin of which method and teacher are not known. */
    public TrainingInfo(String run, String data, long imagesSeen, String gitCommit, String spec) {
        this(run, data, imagesSeen, gitCommit, spec, "", "", "");
    }

    /** Returns this origin with a method, and with the teacher's name and the hash of its weights. */
    public TrainingInfo withTeaching(String by, String model, String sha256) {
        return new TrainingInfo(run, data, imagesSeen, gitCommit, spec, by, model, sha256);
    }

    /** Returns this origin with another commit. */
    public TrainingInfo withGitCommit(String value) {
        return new TrainingInfo(run, data, imagesSeen, value, spec, method, teacher, teacherSha256);
    }
}

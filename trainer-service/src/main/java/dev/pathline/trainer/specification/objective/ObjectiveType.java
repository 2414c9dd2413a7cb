package dev.pathline.trainer.specification.objective;

import java.util.List;

/**
 * A word of {@code objective.type}, and how the rest of that section is read. A new objective is one more of these, in
 * {@link #ALL}.
 */
public interface ObjectiveType {

    /** The objectives, in the order of the documentation. */
    List<ObjectiveType> ALL = List.of(DdpmType.NOISE, DdpmType.DATA, DdpmType.V_PREDICTION, new ScoreMatchingType(),
            new FlowMatchingType(), EdmType.EDM, EdmType.EDM2);

    /** Returns the word. */
    String word();

    /**
     * Reads the section; what is wrong is added to its problems and replaced by something harmless.
     *
     * @throws IllegalArgumentException if the parts do not fit each other
     */
    ObjectiveSpec read(ObjectiveFields fields);
}

package dev.pathline.trainer.specification.objective;

import dev.pathline.engine.objective.distillation.Distillations;
import dev.pathline.engine.objective.flowmap.FlowMaps;
import java.util.List;
import java.util.stream.Stream;

/**
 * A word of {@code objective.type}, and how the rest of that section is read. A new objective of diffusion is one
 * more of these, in {@link #ALL}; one of flow maps or of a teacher has its line in the engine's lists.
 */
public interface ObjectiveType {

    /** The objectives, in the order of the documentation. */
    List<ObjectiveType> ALL = Stream.of(
            Stream.of(DdpmType.NOISE, DdpmType.DATA, DdpmType.V_PREDICTION, new ScoreMatchingType(),
                    new FlowMatchingType(), EdmType.EDM, EdmType.EDM2),
            FlowMaps.ALL.stream().map(FamilyType::new), Distillations.ALL.stream().map(FamilyType::new))
            .<ObjectiveType>flatMap(types -> types).toList();

    /** Returns the word. */
    String word();

    /** Returns whether its targets are taken from a teacher's evaluations. */
    default boolean needsTeacher() {
        return false;
    }

    /** Returns whether its rows are made of a teacher's trajectories. */
    default boolean needsTrajectories() {
        return false;
    }

    /**
     * Reads the section; what is wrong is added to its problems and replaced by something harmless.
     *
     * @throws IllegalArgumentException if the parts do not fit each other
     */
    ObjectiveSpec read(ObjectiveFields fields);
}

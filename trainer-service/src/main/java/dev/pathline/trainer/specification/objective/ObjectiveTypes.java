package dev.pathline.trainer.specification.objective;

import dev.pathline.engine.objective.distillation.Distillations;
import dev.pathline.engine.objective.flowmap.FlowMaps;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The objectives that a specification may name. */
public final class ObjectiveTypes {

    /** All of them, in the order of the documentation. */
    public static final List<ObjectiveType> ALL = Stream.of(
            Stream.of(DdpmType.NOISE, DdpmType.DATA, DdpmType.V_PREDICTION, new ScoreMatchingType(),
                    new FlowMatchingType(), EdmType.EDM, EdmType.EDM2),
            FlowMaps.ALL.stream().map(FamilyType::new), Distillations.ALL.stream().map(FamilyType::new))
            .<ObjectiveType>flatMap(types -> types).toList();

    private ObjectiveTypes() {}

    /** Returns the objective of a word, if there is one. */
    public static Optional<ObjectiveType> named(String word) {
        return ALL.stream().filter(type -> type.word().equals(word)).findFirst();
    }
}

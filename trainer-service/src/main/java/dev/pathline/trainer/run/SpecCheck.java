package dev.pathline.trainer.run;

import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecTree;
import dev.pathline.trainer.specification.yaml.YamlReader;
import dev.pathline.trainer.specification.data.DataReader;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Looks at a specification together with what it names: the data, and the place of the result. */
public final class SpecCheck {

    private static final String TRAJECTORIES = "trajectories";

    private SpecCheck() {}

    /**
     * Reads a specification from YAML, opens its data, builds its network and looks for a place for its result. The data
     * is looked at even where other fields are wrong, so that all mistakes are told at once.
     *
     * @param source what errors call the specification
     * @param refusal why a path of data must not be read, a phrase that follows the field's name; empty if it may
     * @param folders where results would go; nothing is written to the run's folder
     * @throws SpecException with every mistake
     * @throws dev.pathline.engine.training.TrainingException if nothing can be written to the place of the result
     */
    public static TrainingSpec check(String yaml, String source, Function<String, Optional<String>> refusal,
            Torch torch, RunFolders folders) {
        SpecTree tree = YamlReader.read(yaml, source);
        requireReadable(tree.root(), source, refusal);
        Optional<DataSpec> data = TrainingSpecs.data(tree);
        List<SpecProblem> ofData = data.map(section -> problems(section, refusal)).orElse(List.of());
        TrainingSpec spec;
        try {
            spec = TrainingSpecs.read(yaml, source);
        } catch (SpecException e) {
            var all = new ArrayList<>(e.problems());
            all.addAll(ofData);
            throw SpecException.of(source, all, e.count() + ofData.size());
        }
        if (!ofData.isEmpty()) {
            throw SpecException.of(source, ofData);
        }
        try {
            new TrainingRun(spec, folders).check(torch);
        } catch (DataException e) {
            throw SpecException.of(source, List.of(new SpecProblem("data", "cannot be used: " + e.getMessage())));
        }
        return spec;
    }

    /** Some folders are looked into as soon as their section is read: for the names of classes, and for trajectories. */
    private static void requireReadable(JsonNode tree, String source, Function<String, Optional<String>> refusal) {
        JsonNode data = tree.path("data");
        if (!data.hasNonNull("classes") || data.path("format").asString("").equals("trajectories")) {
            requireReadable(data, "data.path", source, refusal);
        }
        requireReadable(tree.path(TRAJECTORIES), TRAJECTORIES + ".path", source, refusal);
        JsonNode stages = tree.path("stages");
        for (int k = 0; k < stages.size(); k++) {
            requireReadable(stages.path(k).path(TRAJECTORIES), "stages[" + k + "]." + TRAJECTORIES + ".path", source,
                    refusal);
        }
    }

    private static void requireReadable(JsonNode section, String field, String source,
            Function<String, Optional<String>> refusal) {
        String path = section.path("path").asString("");
        if (!path.isEmpty()) {
            refusal.apply(path).ifPresent(what -> {
                throw SpecException.of(source, List.of(new SpecProblem(field, what)));
            });
        }
    }

    private static List<SpecProblem> problems(DataSpec data, Function<String, Optional<String>> refusal) {
        var refused = new ArrayList<SpecProblem>();
        data.source().files().forEach((field, file) -> refusal.apply(file)
                .ifPresent(what -> refused.add(new SpecProblem("data." + field, what))));
        if (!refused.isEmpty()) {
            return refused;
        }
        try {
            DataReader.open(data, Split.TRAIN);
            return List.of();
        } catch (DataException e) {
            return List.of(new SpecProblem("data", "cannot be used: " + e.getMessage()));
        }
    }
}

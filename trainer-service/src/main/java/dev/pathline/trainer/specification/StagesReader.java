package dev.pathline.trainer.specification;

import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecProblem;
import dev.pathline.trainer.specification.fields.SpecTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code stages}: a list of what each stage says instead of the specification around it. A field of a stage replaces the
 * field of that name as a whole.
 */
final class StagesReader {

    static final String STAGES = "stages";

    private static final int MOST = 64;
    /** What belongs to the chain, and to its first or last stage alone. */
    private static final Set<String> OF_THE_CHAIN = Set.of("name", "description", "data", "store", "start", STAGES);

    private StagesReader() {}

    /**
     * Reads a specification with stages.
     *
     * @throws SpecException with all mistakes, each with its field's name
     */
    static TrainingSpec read(SpecTree tree, TrainingSpec.Source source) {
        JsonNode list = tree.root().get(STAGES);
        if (!list.isArray() || list.isEmpty() || list.size() > MOST
                || !list.values().stream().allMatch(JsonNode::isObject)) {
            throw SpecException.of(source.file(), List.of(new SpecProblem(STAGES,
                    "must be a list of 1 to " + MOST + " objects, each with the fields that a stage has instead of"
                            + " those around it")));
        }
        var problems = new LinkedHashSet<SpecProblem>();
        var stages = new ArrayList<TrainingSpec>();
        for (int k = 0; k < list.size(); k++) {
            JsonNode overrides = list.get(k);
            refuse(tree.root(), overrides, k, problems);
            try {
                stages.add(SpecReader.read(stage(tree, overrides, k), source, k > 0));
            } catch (SpecException e) {
                for (SpecProblem problem : e.problems()) {
                    boolean own = overrides.has(problem.field().split("[.\\[]", 2)[0]);
                    problems.add(own
                            ? new SpecProblem(STAGES + "[" + k + "]." + problem.field(), problem.message())
                            : problem);
                }
            }
        }
        if (!problems.isEmpty()) {
            throw SpecException.of(source.file(), List.copyOf(problems));
        }
        return TrainingSpec.chain(stages);
    }

    private static void refuse(JsonNode root, JsonNode overrides, int k, Set<SpecProblem> problems) {
        for (String name : new TreeSet<>(overrides.propertyNames())) {
            if (OF_THE_CHAIN.contains(name)) {
                problems.add(new SpecProblem(STAGES + "[" + k + "]." + name,
                        "is the whole chain's: say it outside of stages"));
            }
        }
        if (overrides.has("minutes") || (root.has("minutes") && !overrides.has("images"))) {
            problems.add(
                    new SpecProblem(STAGES + "[" + k + "].minutes", "is there, but stages count steps: give images"));
        }
    }

    /** The specification with a stage's own fields; how values were written moves with them. */
    private static SpecTree stage(SpecTree tree, JsonNode overrides, int k) {
        var root = (ObjectNode) tree.root().deepCopy();
        root.remove(STAGES);
        if (k > 0) {
            root.remove("start");
        }
        var texts = new HashMap<String, String>();
        for (Map.Entry<String, String> text : tree.texts().entrySet()) {
            if (!overrides.has(text.getKey().split("[.\\[]", 2)[0])) {
                texts.put(text.getKey(), text.getValue());
            }
        }
        String prefix = STAGES + "[" + k + "].";
        tree.texts().forEach((name, text) -> {
            if (name.startsWith(prefix)) {
                texts.put(name.substring(prefix.length()), text);
            }
        });
        overrides.properties().forEach(field -> {
            if (field.getKey().equals("images")) {
                root.remove("minutes");
            }
            root.set(field.getKey(), field.getValue());
        });
        return new SpecTree(root, texts);
    }
}

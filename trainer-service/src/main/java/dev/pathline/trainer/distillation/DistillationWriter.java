package dev.pathline.trainer.distillation;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.network.TimeFeatures;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.distillation.KnowledgeDistillation;
import dev.pathline.engine.objective.distillation.TrajectoryRegression;
import dev.pathline.engine.objective.ObjectiveFacts.TeacherFacts;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.objective.ObjectiveFields;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import dev.pathline.trainer.specification.objective.ObjectiveType;
import dev.pathline.trainer.specification.objective.ObjectiveTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the specification of a distillation: a text with comments, to be read, changed and trained like any other. What it says
 * of a method follows from the method's own needs.
 */
public final class DistillationWriter {

    private static final String NETWORK = "network";
    private static final String TARGET = "target_embedding_type";

    private final RegisteredModel teacher;
    private final Checkpoint checkpoint;
    private final DistillationOrder order;
    private final ObjectiveType type;
    private final Objective objective;
    private final boolean halves;

    /**
     * A distillation of a model.
     *
     * @throws IllegalArgumentException if there is no such method, or it does not fit the teacher
     */
    public DistillationWriter(RegisteredModel teacher, Checkpoint checkpoint, DistillationOrder order) {
        this.teacher = teacher;
        this.checkpoint = checkpoint;
        this.order = order;
        this.type = methods().stream().filter(known -> known.word().equals(order.method())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no method '" + order.method()
                        + "' of distillation; there are " + words()));
        ObjectNode section = JsonNodeFactory.instance.objectNode().put("type", order.method());
        SpecFields fields = SpecFields.of(section);
        ObjectiveSpec spec = type.read(new ObjectiveFields(fields, new TimeFeatures.Positional(4, true, 0),
                checkpoint.card().dimension(), false));
        this.halves = fields.settings().containsKey("steps");
        this.objective = spec.objective(new ObjectiveSpec.Known(ObjectiveSpec.TYPICAL_SIGMA_DATA,
                ObjectiveSpec.TYPICAL_STEPS, new TeacherFacts(checkpoint.card(), cfgScale(), CfgInterval.ALWAYS)));
        requireSteps();
    }

    /** Returns the objectives that learn from a teacher, or from its trajectories. */
    private static List<ObjectiveType> methods() {
        return ObjectiveTypes.ALL.stream().filter(known -> known.needsTeacher() || known.needsTrajectories()).toList();
    }

    /** Returns the words of the methods, separated by commas. */
    public static String words() {
        return methods().stream().map(ObjectiveType::word).collect(Collectors.joining(", "));
    }

    private double cfgScale() {
        ModelCard card = checkpoint.card();
        return Objects.requireNonNullElseGet(order.cfgScale(),
                () -> card.conditional() ? card.defaults().cfgScale() : 1);
    }

    private void requireSteps() {
        if (order.steps() < 1 || order.steps() > Planner.MAX_STEPS) {
            throw new IllegalArgumentException("a student makes 1 to " + Planner.MAX_STEPS + " steps, not "
                    + order.steps());
        }
        if (order.steps() > 1 && order.method().equals(KnowledgeDistillation.FAMILY.word())) {
            throw new IllegalArgumentException(order.method() + " learns the one jump from noise to data, and no "
                    + order.steps() + " steps: take " + TrajectoryRegression.FAMILY.word());
        }
        if (halves && (order.teacherSteps() <= order.steps() || stages().getLast() != order.steps())) {
            throw new IllegalArgumentException(order.method() + " halves the teacher's " + order.teacherSteps()
                    + " steps again and again, which never makes " + order.steps()
                    + " of them: take a power of 2 times as many");
        }
    }

    /** How many steps the students of a chain of halvings make. */
    private List<Integer> stages() {
        var stages = new ArrayList<Integer>();
        int steps = order.teacherSteps();
        while (steps > order.steps() && steps % 2 == 0) {
            steps /= 2;
            stages.add(steps);
        }
        return stages.isEmpty() ? List.of(0) : stages;
    }

    /** Returns the student's name. */
    public String name() {
        return Objects.requireNonNullElseGet(order.name(),
                () -> teacher.name() + "-" + order.method() + "-" + order.steps());
    }

    /**
     * Returns the specification as YAML.
     *
     * @param like a specification whose data and network are taken; null for what the teacher was trained by
     * @throws SpecException if it is not known what the teacher was trained on
     */
    public String write(@Nullable JsonNode like) {
        JsonNode known = like == null
                ? KnownData.of(teacher)
                        .orElseThrow(() -> new SpecException("it is not known what " + teacher.reference()
                                + " was trained on: name a specification whose data are the same"))
                : like;
        boolean own = like == null || !like.path(NETWORK).isObject();
        var text = new StringBuilder();
        text.append("# ").append(name()).append(": ").append(teacher.reference()).append(" distilled by ")
                .append(order.method()).append(".\n# ./pathline train trains it, and goes on where it was.\n");
        text.append("name: ").append(name()).append("\n");
        text.append("description: ").append(teacher.name()).append(" in ").append(order.steps())
                .append(order.steps() == 1 ? " step" : " steps").append(", by ").append(order.method()).append(".\n\n");
        section(text, "What samples are compared with, and where the classes have their names from.", "data",
                known.path("data"));
        section(text, own ? "The teacher's network." : "Not the teacher's network: its weights begin anew.", NETWORK,
                network(own ? checkpoint.config().json() : (ObjectNode) known.path(NETWORK)));
        if (own && beginsAsTeacher()) {
            text.append("# The student begins as its teacher.\nstart: {model: ").append(teacher.reference())
                    .append("}\n\n");
        }
        teaching(text);
        optimizer(text);
        return text.toString();
    }

    /** Weights that are wrapped in another way mean something else. */
    private boolean beginsAsTeacher() {
        return objective.preconditioning().equals(checkpoint.card().preconditioning());
    }

    private ObjectNode network(ObjectNode config) {
        ObjectNode network = config.deepCopy();
        network.remove("_diffusers_version");
        new ArrayList<>(network.propertyNames()).stream().filter(key -> network.path(key).isNull())
                .forEach(network::remove);
        // A flow map is told where a jump ends.
        if (objective.recipe().inputs().contains(InputNames.TARGET) && !network.hasNonNull(TARGET)) {
            network.put(TARGET, "low_frequency");
            if (!hasSmoothTime(network)) {
                // Beside a time that goes up to 1000.
                network.put("target_embedding_scale", 0.001);
            }
        }
        return network;
    }

    /** Whether its first time goes from 0 to 1, as a smooth second one does. */
    private static boolean hasSmoothTime(ObjectNode network) {
        String time = network.path("time_embedding_type").asString("");
        return time.equals("low_frequency")
                || (time.isEmpty() && network.path("_class_name").asString("").equals(NetworkType.MLP.className()));
    }

    private static void section(StringBuilder text, String comment, String name, JsonNode value) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set(name, value);
        text.append("# ").append(comment).append("\n").append(TrainingSpecs.write(root).replaceFirst("^---\\s*\n", ""))
                .append("\n");
    }

    private void teaching(StringBuilder text) {
        String dropout = checkpoint.card().conditional() ? ", labelDropout: 0" : "";
        String model = "{model: " + teacher.reference() + ", cfgScale: " + cfgScale() + "}";
        if (halves) {
            text.append("# Each stage halves the steps of the one before it, which is its teacher.\nstages:\n");
            boolean first = true;
            for (int steps : stages()) {
                // Guidance needs the row for 'no label' in the first teacher only: its students have the scale in them.
                text.append("  - objective: {type: ").append(order.method()).append(", steps: ").append(steps)
                        .append(dropout).append("}\n    teacher: ").append(first ? model : "previous").append("\n");
                first = false;
            }
            text.append("\n");
            return;
        }
        text.append("objective: {type: ").append(order.method()).append(dropout).append("}\n\n");
        text.append("# Guided by its scale, which the student then has in it.\nteacher: ").append(model).append("\n\n");
        if (type.needsTrajectories()) {
            text.append("# What it trains on: the teacher's solves, made before training and kept with the run.\n")
                    .append("trajectories: {count: ").append(order.count()).append(", steps: ")
                    .append(order.teacherSteps()).append(", states: ")
                    .append(usesStates() ? order.states() : 2).append(", seed: ")
                    .append(order.seed()).append("}\n\n");
        }
    }

    /** Knowledge distillation and reflow look at both ends alone. */
    private boolean usesStates() {
        return order.method().equals(TrajectoryRegression.FAMILY.word());
    }

    private void optimizer(StringBuilder text) {
        boolean exact = objective.recipe().auxiliaries().stream().anyMatch(Auxiliary::tangent);
        long steps = Math.max(1, Math.ceilDiv(order.images(), order.batch()));
        text.append("optimizer: {learningRate: ").append(order.learningRate()).append(", warmupSteps: ")
                .append(Math.min(100, steps / 10)).append(", finalShare: 0.02}\n");
        text.append("averages: [{type: constant, decay: 0.999}]\n");
        text.append("batch: ").append(order.batch()).append("\n# Samples that ")
                .append(halves ? "each stage" : "it").append(" trains on: ").append(steps).append(" steps.\nimages: ")
                .append(order.images()).append("\nseed: ").append(order.seed()).append("\n");
        if (exact) {
            text.append("# Derivatives want more digits than half precision has.\nprofile: f32\n");
        }
        text.append("\ndefaults: {solver: ").append(solver()).append(", steps: ").append(order.steps()).append("}\n");
    }

    private String solver() {
        if (objective.kind() == ModelKind.DIFFUSION) {
            return "ddim";
        }
        ModelCard card = ModelCard.of("student", objective.kind(), checkpoint.card().shape(),
                objective.schedule().spec(), objective.prediction())
                .withNetworkInput(objective.preconditioning(), objective.timeInput())
                .withTargetInput(objective.targetInput());
        List<String> accepted = Planner.solvers(card);
        return List.of("mean-flow", "consistency", "ctm", "shortcut").stream().filter(accepted::contains).findFirst()
                .orElse(SamplingDefaults.of(objective.kind()).solver());
    }
}

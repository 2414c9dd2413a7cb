package dev.pathline.trainer.specification;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.network.SmallConvNetConfigJson;
import dev.pathline.engine.objective.DiffusionObjective;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.TimeDistribution;
import dev.pathline.engine.objective.Weighting;
import dev.pathline.engine.training.TaskRules;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecRange;
import dev.pathline.trainer.specification.fields.SpecTree;
import dev.pathline.trainer.specification.objective.ObjectiveFields;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import dev.pathline.trainer.specification.objective.ObjectiveType;
import dev.pathline.trainer.specification.objective.ObjectiveTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Reads a specification's {@code network} and {@code objective}, which must fit each other. */
final class TaskReader {

    private static final String CLASSIFICATION = "classification";
    private static final SmallConvNetConfig SOME_CONV_NET = new SmallConvNetConfig(8, 1, List.of(8), List.of(1), 8, 2);

    private static final ObjectiveSpec SOME_OBJECTIVE = known -> new DiffusionObjective(RectifiedFlow.DEFAULT,
            Prediction.VELOCITY, Preconditioning.NONE, TimeInput.IDENTITY, new TimeDistribution.Uniform(0, 1),
            new Weighting.Plain());

    private final SpecFields root;
    private final int classes;

    /** @param classes the number of classes of the data; 0 if that is not known because it is wrong itself */
    TaskReader(SpecFields root, int classes) {
        this.root = root;
        this.classes = classes;
    }

    TrainingSpec.Task read() {
        SpecFields objective = root.object("objective");
        SpecFields network = root.object("network");
        var words = new ArrayList<>(ObjectiveTypes.ALL.stream().map(ObjectiveType::word).toList());
        words.add(CLASSIFICATION);
        String type = objective.word("type", null, words);
        TrainingSpec.Task task = ObjectiveTypes.named(type)
                .map(known -> denoising(known, objective, network))
                .orElseGet(() -> classification(objective, network));
        objective.refuseOthers();
        return task;
    }

    private TrainingSpec.Task denoising(ObjectiveType type, SpecFields objective, SpecFields section) {
        TrainableNetwork network = network(section, TrainableNetwork.ANY, TrainableNetwork::read);
        double labelDropout = labelDropout(objective, network);
        // Without dropped labels nothing trains the row for 'no label', so that there may be one or not.
        boolean fits = network.labels() == classes + 1 || (labelDropout == 0 && network.labels() == classes);
        if (network.labels() > 0 && classes > 0 && !fits) {
            root.problem("network", "has a table of " + network.labels() + " classes: " + (classes + 1)
                    + " are needed, one a class of data.classes and one for 'no label'");
        }
        return new TrainingSpec.Task.Denoising(network, objective(type, objective, network),
                labelDropout);
    }

    /** Reads the objective, or reports what is wrong and returns a stand-in. */
    private ObjectiveSpec objective(ObjectiveType type, SpecFields objective, TrainableNetwork network) {
        int before = root.mistakes();
        ObjectiveSpec spec = type.read(new ObjectiveFields(objective, network.time(), network.dimension(),
                network.takes(InputNames.GUIDANCE)));
        try {
            Objective typical = spec.objective(ObjectiveSpec.typical(type.needsTeacher() ? 1.0 : null));
            if (!network.equals(TrainableNetwork.ANY)) {
                TaskRules.requireInputs(network.config().build(), typical.recipe());
            }
            return spec;
        } catch (IllegalArgumentException e) {
            if (root.mistakes() == before) {
                root.problem("objective", "does not work: " + e.getMessage());
            }
            return SOME_OBJECTIVE;
        }
    }

    private static double labelDropout(SpecFields objective, TrainableNetwork network) {
        if (network.labels() > 0 || network.equals(TrainableNetwork.ANY)) {
            double share = objective.number("labelDropout", SpecRange.SHARE, 0.1);
            if (share == 1) {
                objective.problem("labelDropout", "is 1, so that no label would be learnt: give less, or a network"
                        + " without classes");
            }
            return share;
        }
        if (objective.has("labelDropout")) {
            objective.problem("labelDropout", "is there, but the network has no classes, so there is no label to drop:"
                    + " leave it out");
        }
        return 0;
    }

    private TrainingSpec.Task classification(SpecFields objective, SpecFields network) {
        SmallConvNetConfig config = network(network, SOME_CONV_NET, section -> {
            JsonNode json = Objects.requireNonNull(section.json());
            String name = json.path("_class_name").asString(SmallConvNetConfigJson.CLASS_NAME);
            if (!name.equals(SmallConvNetConfigJson.CLASS_NAME)) {
                throw new IllegalArgumentException("_class_name is '" + name + "'; for objective.type "
                        + CLASSIFICATION + " it is " + SmallConvNetConfigJson.CLASS_NAME);
            }
            network.requireKnown(SmallConvNetConfigJson.KEYS);
            SmallConvNetConfig read = SmallConvNetConfigJson.read(json);
            NetworkSize.requireSample(List.of(read.inChannels(), read.sampleSize(), read.sampleSize()));
            NetworkSize.requireWeights(SmallConvNet.build(read));
            return read;
        });
        if (!config.equals(SOME_CONV_NET) && classes > 0 && config.numClasses() != classes) {
            root.problem("network.num_classes", "is " + config.numClasses() + ", but data.classes names " + classes);
        }
        return new TrainingSpec.Task.Classification(config,
                objective.number("labelSmoothing", SpecRange.DECAY, 0.0));
    }

    /** Reads a network, or reports what is wrong and returns {@code standIn}. */
    private <T> T network(SpecFields section, T standIn, Function<SpecFields, T> reader) {
        JsonNode json = section.json();
        if (json == null || !json.isObject()) {
            return standIn;
        }
        int before = root.mistakes();
        try {
            T network = reader.apply(section);
            return root.mistakes() == before ? network : standIn;
        } catch (IllegalArgumentException e) {
            // An unknown key is said already, and is what is wrong.
            if (root.mistakes() == before) {
                root.problem("network", "does not work: " + SpecTree.cut(e.getMessage()));
            }
        } catch (ArithmeticException e) {
            root.problem("network", "does not work: its numbers are so large that their product is no number here");
        }
        return standIn;
    }
}

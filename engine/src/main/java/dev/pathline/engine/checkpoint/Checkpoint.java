package dev.pathline.engine.checkpoint;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.network.GaussianMixtureNet;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.network.TorchScriptConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A checkpoint: a directory in diffusers' layout, with the model's card beside it.
 *
 * <pre>
 * pathline.json                                  the card
 * unet/config.json                               the network; the key _class_name says which
 * unet/diffusion_pytorch_model.safetensors       the weights
 * model_index.json                               for Python, where diffusers knows the network
 * scheduler/scheduler_config.json                the schedule, likewise
 * </pre>
 *
 * <p>The network's folder has the name that diffusers gives it, or {@code network} ({@link NetworkType#folder}).
 *
 * @param card what one must know to sample
 * @param config the network's configuration
 * @param weights the weights by name
 */
public record Checkpoint(ModelCard card, NetworkConfig config, Map<String, TensorData> weights) {

    /** The weights' file, relative to the network's folder. */
    public static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    /** The card's file, relative to the checkpoint. */
    public static final String CARD = "pathline.json";

    /** The file of a network's settings, relative to the network's folder. */
    static final String CONFIG = "config.json";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Returns the network's graph. */
    public Network network() {
        return config.build();
    }

    /**
     * Reads a checkpoint, and checks its weights against its card and its network.
     *
     * @throws CheckpointException if something is missing or does not fit; the message names the first of it
     */
    public static Checkpoint read(Path directory) {
        return inspect(directory, (card, config) -> {
            if (config instanceof TorchScriptConfig module) {
                return TorchScriptFiles.read(directory, card, module);
            }
            Path file = directory.resolve(config.type().folder()).resolve(WEIGHTS);
            Map<String, TensorData> weights = Safetensors.read(file).tensors();
            Hashes.require(file, card.weightsSha256());
            Network network = config.build();
            requireFit(file, network, weights);
            requireInputs(directory, card, network);
            return new Checkpoint(card, config, weights);
        });
    }

    /**
     * Checks a checkpoint as {@link #read} does, without holding its weights in memory: everything but whether another
     * program's module runs.
     *
     * @throws CheckpointException if something is missing or does not fit; the message names the first of it
     */
    public static void require(Path directory) {
        inspect(directory, (card, config) -> {
            if (config instanceof TorchScriptConfig module) {
                return TorchScriptFiles.read(directory, card, module).card();
            }
            Path file = directory.resolve(config.type().folder()).resolve(WEIGHTS);
            Network network = config.build();
            StoredWeights.of(file, network).requireFinite();
            Hashes.require(file, card.weightsSha256());
            requireInputs(directory, card, network);
            return card;
        });
    }

    /** What is done with a card and the settings that lie beside it. */
    @FunctionalInterface
    private interface Inspection<T> {
        T of(ModelCard card, NetworkConfig config) throws IOException;
    }

    /** What is wrong with a file is said with the checkpoint's name. */
    private static <T> T inspect(Path directory, Inspection<T> inspection) {
        try {
            ModelCard card = ModelCardJson.read(Files.readString(directory.resolve(CARD)));
            return inspection.of(card, config(directory).forSample(card.shape()));
        } catch (IOException e) {
            throw new CheckpointException("checkpoint " + directory + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new CheckpointException("checkpoint " + directory + ": " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException("checkpoint " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void requireInputs(Path directory, ModelCard card, Network network) {
        if (network.hasTarget() != (card.kind() == ModelKind.FLOW_MAP)) {
            throw new CheckpointException("checkpoint " + directory + ": a card of kind " + card.kind()
                    + " does not fit a network " + (network.hasTarget() ? "with" : "without") + " a second time");
        }
        boolean told = network.hasInput(InputNames.GUIDANCE);
        if (told != (card.guidance() instanceof ModelGuidance.Input)) {
            throw new CheckpointException("checkpoint " + directory + ": " + (told
                    ? "the network takes the scale of guidance, but the card does not say which: its guidance must be"
                            + " of type input"
                    : "the card says that guidance is an input of the network, which takes none"));
        }
    }

    /**
     * Reads the network's settings alone.
     *
     * @throws CheckpointException if there are none
     * @throws IllegalArgumentException if a setting is missing, malformed or not supported
     */
    public static NetworkConfig config(Path directory) throws IOException {
        for (String folder : NetworkType.folders()) {
            Path file = directory.resolve(folder).resolve(CONFIG);
            if (Files.isRegularFile(file)) {
                String text = Files.readString(file);
                try {
                    return NetworkType.read(JSON.readTree(text));
                } catch (JacksonException e) {
                    throw new CheckpointException(file + " " + SettingsText.mistake(text, e), e);
                }
            }
        }
        throw new CheckpointException("checkpoint " + directory + " has no " + CONFIG + " in any of the folders "
                + String.join(", ", NetworkType.folders()));
    }

    /**
     * Checks that a file has exactly the tensors of a network, and no NaN or infinity in them: such a network answers
     * nothing else. The logarithm of a share of zero is minus infinity.
     *
     * @throws CheckpointException if not; the message names the first tensor
     */
    public static void requireFit(Path file, Network network, Map<String, TensorData> weights) {
        var shapes = new HashMap<String, List<Integer>>();
        weights.forEach((name, data) -> shapes.put(name, data.shape()));
        requireShapes(file, network, shapes);
        weights.forEach((name, data) -> {
            for (float value : data.values()) {
                requireFinite(file, name, value);
            }
        });
    }

    /** Refuses a NaN or an infinity among a network's weights. */
    static void requireFinite(Path file, String tensor, float value) {
        boolean share = value == Float.NEGATIVE_INFINITY && tensor.equals(GaussianMixtureNet.LOG_SHARES);
        if (!Float.isFinite(value) && !share) {
            throw new CheckpointException(file + ": the tensor " + tensor + " holds " + value
                    + "; a training that diverged or a conversion to float16 may have left it");
        }
    }

    /** Checks that a file whose tensors have these shapes has exactly the tensors of a network. */
    static void requireShapes(Path file, Network network, Map<String, List<Integer>> shapes) {
        var extra = new TreeSet<>(shapes.keySet());
        for (Parameter parameter : network.parameters()) {
            List<Integer> shape = shapes.get(parameter.name());
            if (shape == null) {
                throw new CheckpointException(file + " lacks the tensor " + parameter.name());
            }
            if (!shape.equals(parameter.shape())) {
                throw new CheckpointException(file + ": the tensor " + parameter.name() + " has shape " + shape
                        + ", the network needs " + parameter.shape());
            }
            extra.remove(parameter.name());
        }
        if (!extra.isEmpty()) {
            throw new CheckpointException(file + " has the tensor " + extra.first() + ", which the network lacks");
        }
    }

    /**
     * Checks that it can be sampled: the weights are the network's, and hold no NaN and no infinity.
     *
     * @throws CheckpointException if not; the message names the first tensor
     */
    public void requireUsable() {
        requireFit(Path.of(card.name()), network(), weights);
    }

    /**
     * Writes the checkpoint. The directory appears whole or not at all, and is never overwritten.
     *
     * @param type how weights are stored; float16 halves the file. A tensor that has values beyond the type's range is stored
     *        as float32.
     * @return the card as written, with the hash of the weights
     * @throws UncheckedIOException if the disk is full, not writable, or the directory exists
     */
    public ModelCard write(Path directory, StoredType type) {
        if (config instanceof TorchScriptConfig) {
            throw new CheckpointException(
                    card.name() + " is a TorchScript module, whose weights are its own: copy its directory");
        }
        var written = new AtomicReference<>(card);
        try {
            AtomicFolders.write(directory, part -> {
                Path folder = part.resolve(config.type().folder());
                Safetensors.write(folder.resolve(WEIGHTS), weights, type, Map.of());
                ModelCard hashed = card.withWeights(network().parameterCount(),
                        Hashes.sha256(folder.resolve(WEIGHTS)));
                AtomicFiles.write(part.resolve(CARD), ModelCardJson.write(hashed));
                AtomicFiles.write(folder.resolve(CONFIG), pretty(config.json()));
                if (config.type().isOfDiffusers() && config.extensions().isEmpty()) {
                    ObjectNode scheduler = DiffusersFiles.scheduler(card).orElse(null);
                    ObjectNode index = DiffusersFiles.modelIndex(card, config.type(), scheduler).orElse(null);
                    if (index != null) {
                        AtomicFiles.write(part.resolve(DiffusersFiles.INDEX), pretty(index));
                    }
                    if (scheduler != null) {
                        AtomicFiles.write(part.resolve(DiffusersFiles.SCHEDULER), pretty(scheduler));
                    }
                }
                written.set(hashed);
            });
            return written.get();
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + directory + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static String pretty(Object json) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }
}
